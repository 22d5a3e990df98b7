"""Essay marks: rough marks pass from one node to the next without being part of the state."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph


class Essay(TypedDict):
    text: str
    mark: str


class Rough(TypedDict):
    style: int
    length: int


class ForMark(TypedDict):
    style: int
    length: int
    text: str


def measure(state: Essay) -> Rough:
    words = state["text"].split()
    return {"style": len(set(words)), "length": len(words)}


def mark(state: ForMark) -> Essay:
    share = state["style"] / max(state["length"], 1)
    grade = "A" if share > 0.8 else "B"
    return {"text": state["text"], "mark": grade}


class Marked(TypedDict):
    mark: str
    length: int


def comment(state) -> dict:
    return {"mark": f"{state['mark']} ({state['length']} words)"}


builder = StateGraph(Essay)
builder.add_node("measure", measure)
builder.add_node("mark", mark)
builder.add_node("comment", comment, input_schema=Marked)
builder.add_edge(START, "measure")
builder.add_edge("measure", "mark")
builder.add_edge("mark", "comment")
builder.add_edge("comment", END)
graph = builder.compile()

INPUTS = [{"text": "no no no"}, {"text": "short and good"}]
