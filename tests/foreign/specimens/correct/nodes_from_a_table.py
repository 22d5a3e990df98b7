"""Pipeline made of a table: names, functions and order come from data."""

from collections.abc import Callable
from typing import Any

from langgraph.graph import END, START, StateGraph

State = dict[str, Any]


def strip(text: str) -> str:
    return text.strip()


def lower(text: str) -> str:
    return text.lower()


def squeeze(text: str) -> str:
    return " ".join(text.split())


STEPS: dict[str, Callable[[str], str]] = {"strip": strip, "lower": lower, "squeeze": squeeze}


def step(change: Callable[[str], str]):
    def run(state: State) -> State:
        return {**state, "text": change(state["text"])}

    return run


def build(steps: dict[str, Callable[[str], str]]):
    builder = StateGraph(dict)
    names = list(steps)
    for name in names:
        builder.add_node(name, step(steps[name]))
    for before, after in zip([START, *names], [*names, END], strict=True):
        builder.add_edge(before, after)
    return builder.compile()


graph = build(STEPS)

INPUTS = [{"text": "  Two   WORDS "}]
