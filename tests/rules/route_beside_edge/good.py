"""Refunds: small ones are paid at once, large ones go to a person."""

from typing import Literal, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import Command

PAID: list[str] = []  # stands for the payment provider
INBOX: list[str] = []  # stands for the reviewers' queue


class Refund(TypedDict, total=False):
    order: str
    amount: float
    state: str


def load_order(state: Refund) -> Refund:
    return {"amount": abs(state["amount"])}


def decide(state: Refund) -> Command[Literal["hand_over", "pay"]]:
    if state["amount"] > 100:
        return Command(update={"state": "in review"}, goto="hand_over")
    return Command(update={"state": "granted"}, goto="pay")


def pay(state: Refund) -> None:
    PAID.append(f"{state['order']}: {state['amount']:.2f}")


def hand_over(state: Refund) -> None:
    INBOX.append(state["order"])


workflow = StateGraph(Refund)
workflow.add_node("load_order", load_order)
workflow.add_node("decide", decide)
workflow.add_node("pay", pay)
workflow.add_node("hand_over", hand_over)

workflow.add_edge(START, "load_order")
workflow.add_edge("load_order", "decide")
workflow.add_edge("pay", END)
workflow.add_edge("hand_over", END)

graph = workflow.compile()
