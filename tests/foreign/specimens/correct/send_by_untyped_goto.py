"""Survey: a planner sends every chapter to a writer by a command, the chapters become a report."""

import operator
from typing import Annotated

from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, Send
from typing_extensions import TypedDict


class Survey(TypedDict):
    topic: str
    chapters: Annotated[list[str], operator.add]
    report: str


class Chapter(TypedDict):
    number: int
    title: str


OUTLINE = {"bees": ["Hives", "Honey"], "bread": ["Flour", "Yeast", "Ovens"]}


def plan(state: Survey) -> Command:
    titles = OUTLINE.get(state["topic"], [])
    if not titles:
        return Command(goto="compose")
    return Command(
        goto=[Send("write", {"number": n, "title": t}) for n, t in enumerate(titles, start=1)]
    )


def write(state: Chapter) -> dict:
    return {"chapters": [f"{state['number']}. {state['title']}"]}


def compose(state: Survey) -> dict:
    return {"report": f"{state['topic']}: " + ", ".join(sorted(state["chapters"]))}


builder = StateGraph(Survey)
builder.add_node("plan", plan)
builder.add_node("write", write)
builder.add_node("compose", compose)
builder.add_edge(START, "plan")
builder.add_edge("write", "compose")
builder.add_edge("compose", END)
graph = builder.compile()

INPUTS = [{"topic": "bread"}, {"topic": "sand"}]
