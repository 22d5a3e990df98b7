"""Due diligence: law, tax and technology are looked at side by side, at their own depth."""

import operator
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph


class Target(TypedDict):
    company: str
    risks: Annotated[list[str], operator.add]
    memo: str


def risk(text: str):
    def find(state: Target) -> dict:
        return {"risks": [f"{state['company']}: {text}"]}

    return find


def memo(state: Target) -> dict:
    return {"memo": f"{len(state['risks'])} risks"}


builder = StateGraph(Target)
for name, text in {
    "law": "a lawsuit",
    "tax": "an audit",
    "technology": "old servers",
    "security": "no backups",
}.items():
    builder.add_node(name, risk(text))
builder.add_node("memo", memo)
builder.add_edge(START, "law")
builder.add_edge(START, "tax")
builder.add_edge(START, "technology")
builder.add_edge("technology", "security")
builder.add_edge(["law", "tax", "security"], "memo")
builder.add_edge("memo", END)
graph = builder.compile()

INPUTS = [{"company": "Acme"}]
