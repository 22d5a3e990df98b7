"""Deploys: the plan is made, the run stops before it is applied, and goes on when told to."""

from typing import TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph

APPLIED: list[str] = []


class Deploy(TypedDict, total=False):
    service: str
    version: str
    plan: str
    result: str


def plan(state: Deploy) -> Deploy:
    return {"plan": f"{state['service']} -> {state['version']}"}


def apply_change(state: Deploy) -> Deploy:
    APPLIED.append(state["plan"])
    return {"result": f"applied {state['plan']}"}


def build(checkpointer):
    builder = StateGraph(Deploy)
    builder.add_node("plan", plan)
    builder.add_node("apply", apply_change)
    builder.set_entry_point("plan")
    builder.add_edge("plan", "apply")
    builder.set_finish_point("apply")
    return builder.compile(checkpointer=checkpointer, interrupt_before=["apply"])


graph = build(InMemorySaver())

INPUTS = [{"service": "api", "version": "2.1"}, None]
