"""Dashboard: probes run side by side, and every key merges in its own way."""

import operator
from typing import Annotated

from langchain_core.messages import AIMessage, AnyMessage
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from typing_extensions import TypedDict


def keep_worst(left: str, right: str) -> str:
    order = ["", "ok", "slow", "down"]
    return max(left, right, key=order.index)


def keep_most(left: float, right: float) -> float:
    return max(left, right)


def merge(left: dict | None, right: dict | None) -> dict:
    return {**(left or {}), **(right or {})}


class Dashboard(TypedDict):
    host: str
    checks: Annotated[int, operator.add]
    tags: Annotated[set[str], operator.or_]
    slowest: Annotated[float, keep_most]
    status: Annotated[str, keep_worst]
    details: Annotated[dict[str, float], merge]
    messages: Annotated[list[AnyMessage], add_messages]
    line: str


def probe(kind: str, seconds: float):
    status = "slow" if seconds > 1 else "ok"

    def run(state: Dashboard) -> dict:
        return {
            "checks": 1,
            "tags": {kind, state["host"]},
            "slowest": seconds,
            "status": status,
            "details": {kind: seconds},
            "messages": [AIMessage(f"{kind} took {seconds}", id=kind)],
        }

    return run


def summarise(state: Dashboard) -> dict:
    names = ",".join(sorted(state["tags"]))
    return {"line": f"{state['checks']} {names} {state['slowest']} {state['status']}"}


builder = StateGraph(Dashboard)
builder.add_node("ping", probe("ping", 0.2))
builder.add_node("http", probe("http", 1.5))
builder.add_node("summarise", summarise)
builder.add_edge(START, "ping")
builder.add_edge(START, "http")
builder.add_edge(["ping", "http"], "summarise")
builder.add_edge("summarise", END)
graph = builder.compile()

INPUTS = [{"host": "web1"}]
