"""Support desk: sorts a ticket, looks at the customer's plan and drafts the reply."""

from typing import Literal, TypedDict

from langgraph.graph import END, START, StateGraph


class Ticket(TypedDict, total=False):
    text: str
    customer: str
    topic: Literal["billing", "technical"]
    days: int
    reply: str


class Desk:
    """The nodes share one directory of customers' plans."""

    def __init__(self, plans: dict[str, str]) -> None:
        self.plans = plans

    def sort(self, state: Ticket) -> Ticket:
        text = state["text"].lower()
        return {"topic": "billing" if "invoice" in text else "technical"}

    def promise(self, state: Ticket) -> dict:
        plan = self.plans.get(state["customer"], "free")
        return {"dayz": 1 if plan == "gold" else 5}

    def answer_billing(self, state: Ticket) -> Ticket:
        return {"reply": f"Accounting writes back within {state.get('days', 5)} days."}

    def answer_technical(self, state: Ticket) -> Ticket:
        return {"reply": f"An engineer calls you within {state.get('days', 5)} days."}


def by_topic(state: Ticket) -> Literal["answer_billing", "answer_technical"]:
    return "answer_billing" if state["topic"] == "billing" else "answer_technical"


desk = Desk({"ada": "gold", "bob": "free"})

builder = StateGraph(Ticket)
builder.add_node("sort", desk.sort)
builder.add_node("promise", desk.promise)
builder.add_node("answer_billing", desk.answer_billing)
builder.add_node("answer_technical", desk.answer_technical)
builder.add_edge(START, "sort")
builder.add_edge("sort", "promise")
builder.add_conditional_edges("promise", by_topic)
builder.add_edge("answer_billing", END)
builder.add_edge("answer_technical", END)
graph = builder.compile()

INPUTS = [{"text": "My invoice is wrong", "customer": "ada"}]
# fault: undeclared-write at line 28
