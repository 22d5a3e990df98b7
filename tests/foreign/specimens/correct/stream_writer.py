"""Import job: progress is streamed while the rows are read; the writer is asked for two ways."""

from typing import TypedDict

from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.types import StreamWriter


class Import(TypedDict, total=False):
    rows: list[str]
    good: list[str]
    report: str


def check(state: Import, writer: StreamWriter) -> Import:
    good = []
    for number, row in enumerate(state["rows"], start=1):
        writer({"row": number})
        if ";" in row:
            good.append(row)
    return {"good": good}


def load(state: Import) -> Import:
    write = get_stream_writer()
    write({"loading": len(state["good"])})
    return {"report": f"{len(state['good'])} of {len(state['rows'])} rows"}


builder = StateGraph(Import)
builder.add_node("check", check)
builder.add_node("load", load)
builder.add_edge(START, "check")
builder.add_edge("check", "load")
builder.add_edge("load", END)
graph = builder.compile()

INPUTS = [{"rows": ["a;1", "b", "c;3"]}]
