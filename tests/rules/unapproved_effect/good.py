from typing import TypedDict

from agentgraph import END, START, Edge, Graph, Route, agent, by_person, tool


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


@tool(destructive=True, timeout=5)
def notify(text: str) -> None:
    return


@agent(writes="amount")
def round_up(amount: int) -> int:
    return amount + 1


@agent(asks="Pay this invoice?")
def approve(invoice: str, amount: int) -> Decision:
    return by_person()


@agent(writes="receipt", tools=[transfer])
def pay(invoice: str, amount: int) -> str:
    return transfer(invoice, amount)


@agent(writes="receipt")
def reject(invoice: str) -> str:
    return f"{invoice} is not paid"


@agent(tools=[notify])
def tell(receipt: str) -> None:
    """Whatever the answer was, it is told: nobody was asked about that."""
    notify(receipt)


graph = Graph(
    "invoices",
    input=Invoice,
    output=Receipt,
    edges=[
        Edge(START, round_up),
        Edge(round_up, approve),
        Route(approve, on="approved", to={True: pay, False: reject}),
        Edge([pay, reject], tell),
        Edge(tell, END),
    ],
)
