"""Incident log: every step notes what it did; the report counts the steps."""

import operator
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph


class Incident(TypedDict):
    service: str
    severity: str
    log: Annotated[list[str], operator.add]
    report: str


def detect(state: Incident) -> dict:
    severity = "high" if state["service"] in {"payments", "login"} else "low"
    return {"severity": severity, "log": [f"detected: {state['service']}"]}


def mitigate(state: Incident) -> dict:
    return {"log": [f"mitigated {state['service']}"]}


def watch(state: Incident) -> dict:
    return {"log": ["watched"]}


def report(state: Incident) -> dict:
    return {"report": f"{len(state['log'])} steps: {', '.join(state['log'])}"}


def severe(state: Incident) -> str:
    return "mitigate" if state["severity"] == "high" else "watch"


builder = StateGraph(Incident)
builder.add_node("detect", detect)
builder.add_node("mitigate", mitigate)
builder.add_node("watch", watch)
builder.add_node("report", report)
builder.add_edge(START, "detect")
builder.add_conditional_edges("detect", severe, {"mitigate": "mitigate", "watch": "watch"})
builder.add_edge("mitigate", "report")
builder.add_edge("watch", "report")
builder.add_edge("report", END)
graph = builder.compile()
