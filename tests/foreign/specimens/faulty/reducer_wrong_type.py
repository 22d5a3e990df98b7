"""Interview notes: three questions are asked in turn, the answers are kept in order."""

import operator
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph

ANSWERS = {"name": "Kim", "role": "welder", "since": "2019"}


class Interview(TypedDict):
    person: str
    notes: Annotated[list[str], operator.add]
    summary: str


def ask_name(state: Interview) -> dict:
    return {"notes": [f"name: {ANSWERS['name']}"]}


def ask_role(state: Interview) -> dict:
    role = ANSWERS["role"]
    return {"notes": f"role: {role}"}


def ask_since(state: Interview) -> dict:
    return {"notes": [f"since: {ANSWERS['since']}"]}


def summarise(state: Interview) -> dict:
    return {"summary": f"{state['person']}: " + ", ".join(state["notes"])}


def build():
    return (
        StateGraph(Interview)
        .add_sequence([ask_name, ask_role, ask_since, summarise])
        .add_edge(START, "ask_name")
        .add_edge("summarise", END)
        .compile()
    )


graph = build()

INPUTS = [{"person": "K-17"}]
# fault: reducer-wrong-type at line 23
