"""Expenses: a pydantic state with bounds, nested models and a router on its fields."""

from typing import Literal

from langgraph.graph import END, START, StateGraph
from pydantic import BaseModel, Field, field_validator


class Item(BaseModel):
    text: str
    amount: float = Field(ge=0)


class Expenses(BaseModel):
    person: str
    items: list[Item]
    total: float = 0.0
    decision: Literal["open", "paid", "asked"] = "open"
    note: str | None = None

    @field_validator("person")
    @classmethod
    def tidy(cls, value: str) -> str:
        return value.strip().title()

    def over(self, limit: float) -> bool:
        return self.total > limit


def add_up(state: Expenses) -> dict:
    return {"total": sum(item.amount for item in state.items)}


def pay(state: Expenses) -> dict:
    return {"decision": "paid", "note": f"{state.total:.2f} to {state.person}"}


def ask(state: Expenses) -> dict:
    return {"decision": "asked", "note": f"{state.person}: is {state.total:.2f} right?"}


def route(state: Expenses) -> Literal["pay", "ask"]:
    return "ask" if state.over(100) else "pay"


builder = StateGraph(Expenses)
builder.add_node(add_up)
builder.add_node(pay)
builder.add_node(ask)
builder.add_edge(START, "add_up")
builder.add_conditional_edges("add_up", route)
builder.add_edge("pay", END)
builder.add_edge("ask", END)
graph = builder.compile()

INPUTS = [
    {"person": "kim ", "items": [{"text": "train", "amount": 40}]},
    {"person": "sam", "items": [{"text": "car", "amount": 140}]},
]
