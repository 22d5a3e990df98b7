"""Invoice intake: every attachment of a mail is read, the sums go into one booking."""

import operator
from typing import Annotated

from langgraph.graph import END, START, StateGraph
from langgraph.types import Send
from typing_extensions import TypedDict

BOOKED: list[float] = []  # stands for the ledger


class Intake(TypedDict):
    mail: dict[str, str]
    attachments: list[str]
    sums: Annotated[list[float], operator.add]
    confirmation: str


def unpack(state: Intake) -> dict:
    return {"attachments": [part for part in state["mail"].values() if part.startswith("EUR")]}


def read_invoice(attachment: str) -> dict:
    return {"sums": [float(attachment.removeprefix("EUR"))]}


def book(state: Intake) -> dict:
    BOOKED.append(sum(state["sums"]))
    return {"confirmation": f"booked {sum(state['sums']):.2f}"}


def each_attachment(state: Intake) -> list[Send]:
    return [Send("read_invoice", part) for part in state["attachments"]]


builder = StateGraph(Intake)
builder.add_node("unpack", unpack)
builder.add_node("read_invoice", read_invoice)
builder.add_node("book", book)
builder.add_edge(START, "unpack")
builder.add_conditional_edges("unpack", each_attachment, ["read_invoice"])
builder.add_edge("read_invoice", "book")
builder.add_edge("book", END)
graph = builder.compile()

INPUTS = [{"mail": {"a": "EUR10", "b": "EUR5.5"}}, {"mail": {"a": "hello"}}]
# fault: empty-map at line 34
