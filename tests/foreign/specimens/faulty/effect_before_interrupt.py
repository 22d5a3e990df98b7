"""Wire transfers: the customer is told, a clerk confirms, the money is sent."""

from typing import TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

MAILS: list[str] = []  # stands for the mail gateway


class Transfer(TypedDict, total=False):
    to: str
    amount: float
    confirmed: bool
    receipt: str


def send_mail(text: str) -> None:
    MAILS.append(text)


def check(state: Transfer) -> Transfer:
    return {"amount": round(state["amount"], 2)}


def confirm(state: Transfer) -> Transfer:
    send_mail(f"Your transfer to {state['to']} is being looked at.")
    answer = interrupt({"confirm": state["to"], "amount": state["amount"]})
    return {"confirmed": answer == "ok"}


def send_money(state: Transfer) -> Transfer:
    return {"receipt": f"{state['amount']} sent to {state['to']}"}


def cancel(state: Transfer) -> Transfer:
    return {"receipt": "cancelled"}


workflow = StateGraph(Transfer)
workflow.add_node("check", check)
workflow.add_node("confirm", confirm)
workflow.add_node("send_money", send_money)
workflow.add_node("cancel", cancel)
workflow.add_edge(START, "check")
workflow.add_edge("check", "confirm")
workflow.add_conditional_edges(
    "confirm",
    lambda state: "send" if state["confirmed"] else "stop",
    {"send": "send_money", "stop": "cancel"},
)
workflow.add_edge("send_money", END)
workflow.add_edge("cancel", END)
app = workflow.compile(checkpointer=InMemorySaver())

INPUTS = [{"to": "Kim", "amount": 80.004}, Command(resume="ok")]
# fault: effect-before-interrupt at line 28
