"""Deploys: plan the change, stop for a look at it, apply it, and report."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph

APPLIED: list[str] = []  # stands for the cluster


class Deploy(TypedDict, total=False):
    service: str
    version: str
    plan: str
    result: str


def plan(state: Deploy) -> Deploy:
    return {"plan": f"{state['service']} -> {state['version']}"}


def check_plan(state: Deploy) -> str:
    return "apply" if state["version"][0].isdigit() else "reject"


def apply_change(state: Deploy) -> Deploy:
    APPLIED.append(state["plan"])
    return {"result": f"applied {state['plan']}"}


def reject(state: Deploy) -> Deploy:
    return {"result": f"{state['version']} is no version"}


def compile_deploys():
    builder = StateGraph(Deploy)
    builder.add_node("plan", plan)
    builder.add_node("apply", apply_change)
    builder.add_node("reject", reject)
    builder.add_edge(START, "plan")
    builder.add_conditional_edges("plan", check_plan, ["apply", "reject"])
    builder.add_edge("apply", END)
    builder.add_edge("reject", END)
    return builder.compile(
        interrupt_before=["apply"],
        name="deploys",
    )


graph = compile_deploys()

INPUTS = [{"service": "api", "version": "2.1"}, None]
# fault: interrupt-without-checkpointer at line 44
