"""Energy report: meter readings are read in, the use is worked out and rated."""

from typing import Literal

from langgraph.graph import END, START, StateGraph
from pydantic import BaseModel, Field


class Report(BaseModel):
    household: str
    readings: list[float]
    used: float = Field(default=0, ge=0)
    rating: Literal["low", "normal", "high"] = "normal"
    text: str = ""


def clean(state: Report) -> dict:
    return {"readings": [value for value in state.readings if value > 0]}


def work_out(state: Report) -> dict:
    if len(state.readings) < 2:
        return {"used": 0}
    return {"used": state.readings[-1] - state.readings[0]}


def rate(state: Report) -> dict:
    return {"rating": "high" if state.used > 400 else "low" if state.used < 100 else "normal"}


def write(state: Report) -> dict:
    return {"text": f"{state.household}: {state.used} kWh, {state.rating}"}


def build_report_graph():
    flow = StateGraph(Report)
    for node in (clean, work_out, rate, write):
        flow.add_node(node.__name__, node)
    flow.add_edge(START, "clean")
    flow.add_edge("clean", "work_out")
    flow.add_edge("work_out", "rate")
    flow.add_edge("rate", "write")
    flow.add_edge("write", END)
    return flow.compile()


graph = build_report_graph()
