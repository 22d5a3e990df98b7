"""Hiring: a candidate's CV is read, references and a test are asked for where they help."""

import operator
from functools import partial
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph


class Candidate(TypedDict):
    name: str
    years: int
    notes: Annotated[list[str], operator.add]
    decision: str


def read_cv(state: Candidate) -> dict:
    return {"notes": [f"{state['years']} years of practice"]}


def ask(state: Candidate, *, what: str) -> dict:
    return {"notes": [f"{what} asked of {state['name']}"]}


def further_steps(state: Candidate) -> list[str]:
    if state["years"] >= 5:
        return ["references"]
    return ["references", "coding_test"]


def decide(state: Candidate) -> dict:
    return {"decision": f"{state['name']}: {len(state['notes'])} notes, invite"}


workflow = StateGraph(Candidate)
workflow.add_node("read_cv", read_cv)
workflow.add_node("references", partial(ask, what="references"))
workflow.add_node("coding_test", partial(ask, what="a coding test"))
workflow.add_node("decide", decide)
workflow.add_edge(START, "read_cv")
workflow.add_conditional_edges("read_cv", further_steps, ["references", "coding_test"])
workflow.add_edge(["references", "coding_test"], "decide")
workflow.add_edge("decide", END)
graph = workflow.compile()
