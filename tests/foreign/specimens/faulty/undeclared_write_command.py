"""Claims: a first look decides whether an assessor is needed, then the customer is told."""

from typing import Literal

from langgraph.graph import END, START, StateGraph
from langgraph.types import Command
from pydantic import BaseModel


class Claim(BaseModel):
    policy: str
    amount: float
    damage: str
    assessed: float | None = None
    letter: str = ""


def first_look(claim: Claim) -> Command[Literal["assess", "settle", "refuse"]]:
    if not claim.policy.startswith("P-"):
        return Command(goto="refuse")
    if claim.amount > 1000:
        return Command(goto="assess")
    return Command(update={"assessed": claim.amount}, goto="settle")


def assess(claim: Claim) -> Command[Literal["settle"]]:
    share = 0.5 if "wear" in claim.damage else 0.9
    return Command(
        update={"assessment": round(claim.amount * share, 2)},
        goto="settle",
    )


def settle(claim: Claim) -> dict:
    paid = claim.amount if claim.assessed is None else claim.assessed
    return {"letter": f"We pay you {paid:.2f} EUR."}


def refuse(claim: Claim) -> dict:
    return {"letter": "We could not find your policy."}


def build() -> StateGraph:
    flow = StateGraph(Claim)
    flow.add_node(first_look)
    flow.add_node(assess)
    flow.add_node(settle)
    flow.add_node(refuse)
    flow.add_edge(START, "first_look")
    flow.add_edge("settle", END)
    flow.add_edge("refuse", END)
    return flow


graph = build().compile()

INPUTS = [
    {"policy": "P-7", "amount": 300.0, "damage": "screen"},
    {"policy": "P-8", "amount": 2000.0, "damage": "wear of the hinges"},
]
# fault: undeclared-write at line 29
