"""Switchboard: the next node's name is looked up in a table and gone to by a plain command."""

from typing import TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import Command

DESKS = {"invoice": "accounting", "password": "help_desk"}


class Call(TypedDict, total=False):
    text: str
    tried: list[str]
    answer: str


def switch(state: Call) -> Command:
    for word, desk in DESKS.items():
        if word in state["text"] and desk not in state.get("tried", []):
            return Command(goto=desk, update={"tried": [*state.get("tried", []), desk]})
    return Command(goto="operator")


def accounting(state: Call) -> Command:
    if "password" in state["text"]:
        return Command(goto="switch")
    return Command(goto="__end__", update={"answer": "a new invoice comes"})


def help_desk(state: Call) -> dict:
    return {"answer": "a link was sent"}


def operator(state: Call) -> dict:
    return {"answer": "one moment, please"}


builder = StateGraph(Call)
for node in (switch, accounting, help_desk, operator):
    builder.add_node(node.__name__, node)
builder.add_edge(START, "switch")
graph = builder.compile()

INPUTS = [
    {"text": "my invoice"},
    {"text": "the invoice asks for a password"},
    {"text": "hello"},
]
