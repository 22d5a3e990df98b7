"""Search that goes on while steps remain, and then answers with what it has."""

import operator
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.managed import RemainingSteps

PAGES = [f"page {n}" for n in range(1, 500)]


class Search(TypedDict):
    question: str
    found: Annotated[list[str], operator.add]
    answer: str
    remaining_steps: RemainingSteps


def look(state: Search) -> dict:
    return {"found": [PAGES[len(state["found"])]]}


def conclude(state: Search) -> dict:
    return {"answer": f"{state['question']} is on {state['found'][-1]}"}


def go_on(state: Search) -> str:
    if state["remaining_steps"] <= 50 or len(state["found"]) == len(PAGES):
        return "conclude"
    return "look"


builder = StateGraph(Search)
builder.add_node("look", look)
builder.add_node("conclude", conclude)
builder.add_edge(START, "look")
builder.add_conditional_edges("look", go_on, ["look", "conclude"])
builder.add_edge("conclude", END)
graph = builder.compile()

INPUTS = [{"question": "a map"}]
