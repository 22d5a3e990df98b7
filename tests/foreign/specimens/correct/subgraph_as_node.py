"""Report: a research graph stands as a node; it shares the topic and the notes with its parent."""

import operator
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph


class ResearchOutput(TypedDict):
    notes: Annotated[list[str], operator.add]


class ResearchInput(TypedDict):
    topic: str


class Research(ResearchInput, ResearchOutput):
    queries: list[str]


class Report(TypedDict):
    topic: str
    notes: Annotated[list[str], operator.add]
    text: str


def plan(state: Research) -> dict:
    return {"queries": [f"what is {state['topic']}", f"why {state['topic']}"]}


def collect(state: Research) -> dict:
    return {"notes": [f"found: {query}" for query in state["queries"]]}


research = StateGraph(Research, input_schema=ResearchInput, output_schema=ResearchOutput)
research.add_node("plan", plan)
research.add_node("collect", collect)
research.add_edge(START, "plan")
research.add_edge("plan", "collect")
research.add_edge("collect", END)


def begin(state: Report) -> dict:
    return {"notes": [f"topic: {state['topic']}"]}


def write(state: Report) -> dict:
    return {"text": "; ".join(state["notes"])}


builder = StateGraph(Report)
builder.add_node("begin", begin)
builder.add_node("research", research.compile())
builder.add_node("write", write)
builder.add_edge(START, "begin")
builder.add_edge("begin", "research")
builder.add_edge("research", "write")
builder.add_edge("write", END)
graph = builder.compile()

INPUTS = [{"topic": "moss"}]
