"""Onboarding: the account is set up by a graph of its own, then the welcome mail goes out."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import RetryPolicy

LEDGER: list[str] = []  # stands for the systems outside


class Account(TypedDict, total=False):
    email: str
    customer_id: str
    mailbox: str
    welcome: str


def create_customer(state: Account) -> Account:
    LEDGER.append(f"customer {state['email']}")
    return {"customer_id": f"C-{len(LEDGER)}"}


def create_mailbox(state: Account) -> Account:
    LEDGER.append(f"mailbox {state['customer_id']}")
    if sum(line.startswith("mailbox") for line in LEDGER) < 2:
        raise ConnectionError("the mail server was busy")
    return {"mailbox": f"{state['customer_id']}@mail"}


def welcome(state: Account) -> Account:
    return {"welcome": f"Welcome, {state['customer_id']}: {state['mailbox']}"}


setup = StateGraph(Account)
setup.add_node("create_customer", create_customer)
setup.add_node("create_mailbox", create_mailbox, retry_policy=RetryPolicy(max_attempts=3, initial_interval=0.001))
setup.add_edge(START, "create_customer")
setup.add_edge("create_customer", "create_mailbox")
setup.add_edge("create_mailbox", END)

builder = StateGraph(Account)
builder.add_node(
    "setup",
    setup.compile(),
)
builder.add_node("welcome", welcome)
builder.add_edge(START, "setup")
builder.add_edge("setup", "welcome")
builder.add_edge("welcome", END)
graph = builder.compile()
