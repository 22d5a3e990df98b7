"""Deletion: errors go to the log, but a pause for a person is passed on as what it is."""

import logging
from typing import TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import GraphBubbleUp
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

log = logging.getLogger(__name__)
ERASED: list[str] = []


class Deletion(TypedDict, total=False):
    user: str
    allowed: bool
    result: str


def ask_officer(state: Deletion) -> Deletion:
    try:
        answer = interrupt(f"Erase {state['user']}?")
        return {"allowed": {"yes": True, "no": False}[answer]}
    except GraphBubbleUp:
        raise
    except Exception:
        log.warning("no clear answer, nothing is erased")
        return {"allowed": False}


def erase(state: Deletion) -> Deletion:
    ERASED.append(state["user"])
    return {"result": "erased"}


def keep(state: Deletion) -> Deletion:
    return {"result": "kept"}


builder = StateGraph(Deletion)
builder.add_node("ask_officer", ask_officer)
builder.add_node("erase", erase)
builder.add_node("keep", keep)
builder.add_edge(START, "ask_officer")
builder.add_conditional_edges(
    "ask_officer", lambda state: "erase" if state["allowed"] else "keep", ["erase", "keep"]
)
builder.add_edge("erase", END)
builder.add_edge("keep", END)
graph = builder.compile(checkpointer=InMemorySaver())

INPUTS = [
    {"user": "kim"},
    Command(resume="yes"),
    {"user": "sam"},
    Command(resume="perhaps"),
]
