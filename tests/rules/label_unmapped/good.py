"""Loan pre-check: the score decides between an offer, a guarantor and a refusal."""

from typing import Literal, TypedDict

from langchain_core.runnables import RunnableLambda
from langgraph.graph import END, START, StateGraph


class Loan(TypedDict, total=False):
    income: int
    amount: int
    score: int
    letter: str


def rate(state: Loan) -> Loan:
    return {"score": round(100 * state["income"] / state["amount"])}


def decide(state: Loan) -> Literal["offer", "guarantor", "refuse"]:
    if state["score"] >= 50:
        return "offer"
    return "guarantor" if state["score"] >= 20 else "refuse"


def offer(state: Loan) -> Loan:
    return {"letter": f"We lend you {state['amount']}."}


def refuse(state: Loan) -> Loan:
    return {"letter": "We are sorry."}


builder = StateGraph(Loan)
builder.add_node("rate", RunnableLambda(rate))
builder.add_node("offer", RunnableLambda(offer))
builder.add_node("refuse", RunnableLambda(refuse))
builder.add_edge(START, "rate")
builder.add_conditional_edges(
    "rate",
    decide,
    {"offer": "offer", "refuse": "refuse", "guarantor": "refuse"},
)
builder.add_edge("offer", END)
builder.add_edge("refuse", END)
graph = builder.compile()
