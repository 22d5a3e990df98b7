"""Code review: a lint graph and a test graph add their remarks to those of the author."""

import operator
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph


class Remarks(TypedDict):
    diff: str
    remarks: Annotated[list[str], operator.add]


class Review(Remarks):
    verdict: str


def lint(state: Remarks) -> dict:
    long = [line for line in state["diff"].splitlines() if len(line) > 20]
    return {"remarks": [f"{len(long)} long lines"]}


def lint_graph():
    sub = StateGraph(Remarks)
    sub.add_node("lint", lint)
    sub.add_edge(START, "lint")
    sub.add_edge("lint", END)
    return sub.compile()


def open_review(state: Review) -> dict:
    return {"remarks": ["author: please be kind"]}


def judge(state: Review) -> dict:
    return {"verdict": f"{len(state['remarks'])} remarks"}


builder = StateGraph(Review)
builder.add_node("open_review", open_review)
builder.add_node("linting", lint_graph())
builder.add_node("judge", judge)
builder.add_edge(START, "open_review")
builder.add_edge("open_review", "linting")
builder.add_edge("linting", "judge")
builder.add_edge("judge", END)
graph = builder.compile()

INPUTS = [{"diff": "short\nthis line is much too long to read"}]
# fault: reducer-doubled at line 41
