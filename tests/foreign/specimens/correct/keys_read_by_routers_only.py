"""Helpdesk: urgency and language are found out for the routes, and for nothing else."""

from typing import Literal, TypedDict

from langgraph.graph import END, START, StateGraph


class Routing(TypedDict, total=False):
    urgent: bool
    language: Literal["de", "en"]


class Case(Routing, total=False):
    text: str
    answer: str


class CaseInput(TypedDict):
    text: str


class CaseOutput(TypedDict):
    answer: str


def look(state: Case) -> Routing:
    text = state["text"].lower()
    return {"urgent": "!" in text, "language": "de" if "hilfe" in text else "en"}


def hotline(state: Case) -> dict:
    return {"answer": "We call you."}


def german(state: Case) -> dict:
    return {"answer": "Wir schreiben Ihnen."}


def english(state: Case) -> dict:
    return {"answer": "We write to you."}


def route(state: Case) -> str:
    if state["urgent"]:
        return "hotline"
    return {"de": "german", "en": "english"}[state["language"]]


builder = StateGraph(Case, input_schema=CaseInput, output_schema=CaseOutput)
builder.add_node("look", look)
builder.add_node("hotline", hotline)
builder.add_node("german", german)
builder.add_node("english", english)
builder.add_edge(START, "look")
builder.add_conditional_edges("look", route, ["hotline", "german", "english"])
for last in ("hotline", "german", "english"):
    builder.add_edge(last, END)
graph = builder.compile()

INPUTS = [{"text": "Hilfe"}, {"text": "Help!"}, {"text": "hello"}]
