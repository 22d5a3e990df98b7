from typing import TypedDict

from agentgraph import END, START, Edge, Graph, Route, agent, by_person, field, tool


class Invoice(TypedDict):
    invoice: str
    amount: int


class Decision(TypedDict):
    approved: bool


class Receipt(TypedDict):
    receipt: str


@tool(destructive=True, keyed=True, timeout=5)
def transfer(invoice: str, amount: int) -> str:
    return invoice


@agent(writes="invoice")
def read_invoice(invoice: str) -> str:
    return invoice.strip()


@agent(asks="Pay this invoice?")
def approve(invoice: str, amount: int) -> Decision:
    return by_person()


@agent(writes="amount")
def round_up(amount: int) -> int:
    return amount + 1


@agent(writes="receipt", tools=[transfer])
def pay(invoice: str, amount: int) -> str:
    return transfer(invoice, amount)


@agent(writes="receipt")
def reject(invoice: str) -> str:
    return f"{invoice} is not paid"


graph = Graph(
    "invoices",
    input=Invoice,
    output=Receipt,
    edges=[
        Route(START, cases=[(field("amount") < 100, round_up)], otherwise=read_invoice),
        Edge(read_invoice, approve),
        Edge(read_invoice, pay, on_failure=True),
        Route(approve, on="approved", to={True: round_up, False: reject}),
        Edge(round_up, pay),
        Edge(pay, END),
        Edge(reject, END),
    ],
)
