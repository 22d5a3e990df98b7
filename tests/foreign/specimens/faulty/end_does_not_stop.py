"""Posting: a guard looks at the text while it is translated; what it objects to is not posted."""

import logging
from typing import Literal, TypedDict

from langgraph.graph import END, START, StateGraph

log = logging.getLogger(__name__)
POSTED: list[str] = []  # stands for the social network


class Draft(TypedDict, total=False):
    text: str
    translated: str
    objection: str
    url: str


def prepare(state: Draft) -> Draft:
    return {"text": state["text"].strip()}


def guard(state: Draft) -> Draft:
    return {"objection": "names a customer" if "ACME" in state["text"] else ""}


def translate(state: Draft) -> Draft:
    return {"translated": state["text"].replace("hello", "hallo")}


def post(state: Draft) -> Draft:
    POSTED.append(state["translated"])
    return {"url": f"/posts/{len(POSTED)}"}


def stop_or_not(state: Draft) -> Literal["log_ok", "__end__"]:
    return END if state["objection"] else "log_ok"


def log_ok(state: Draft) -> None:
    log.info("no objection to %d characters", len(state["text"]))


builder = StateGraph(Draft)
builder.add_node("prepare", prepare)
builder.add_node("guard", guard)
builder.add_node("translate", translate)
builder.add_node("log_ok", log_ok)
builder.add_node("post", post)
builder.add_edge(START, "prepare")
builder.add_edge("prepare", "guard")
builder.add_edge("prepare", "translate")
builder.add_conditional_edges("guard", stop_or_not)
builder.add_edge("translate", "post")
builder.add_edge("log_ok", END)
builder.add_edge("post", END)
graph = builder.compile()

INPUTS = [{"text": "hello ACME "}]
# fault: end-does-not-stop at line 37
