"""Data deletion: a person must say yes before anything is erased; errors go to the log."""

import logging
from typing import TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt

log = logging.getLogger(__name__)
ERASED: list[str] = []  # stands for the database


class Deletion(TypedDict, total=False):
    user: str
    records: int
    allowed: bool
    result: str


def count_records(state: Deletion) -> Deletion:
    return {"records": 3 * len(state["user"])}


def ask_officer(state: Deletion) -> Deletion:
    try:
        answer = interrupt(f"Erase {state['records']} records of {state['user']}?")
        return {"allowed": answer == "yes"}
    except Exception:
        log.info("the officer could not be asked, the default rule holds")
        return {"allowed": state["records"] < 100}


def erase(state: Deletion) -> Deletion:
    ERASED.append(state["user"])
    return {"result": f"erased {state['records']} records"}


def keep(state: Deletion) -> Deletion:
    return {"result": "kept"}


builder = StateGraph(Deletion)
builder.add_node("count_records", count_records)
builder.add_node("ask_officer", ask_officer)
builder.add_node("erase", erase)
builder.add_node("keep", keep)
builder.add_edge(START, "count_records")
builder.add_edge("count_records", "ask_officer")
builder.add_conditional_edges(
    "ask_officer", lambda state: "erase" if state["allowed"] else "keep", ["erase", "keep"]
)
builder.add_edge("erase", END)
builder.add_edge("keep", END)
graph = builder.compile(checkpointer=InMemorySaver())

INPUTS = [{"user": "kim"}]
# fault: interrupt-swallowed at line 29
