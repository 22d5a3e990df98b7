from typing import TypedDict

from agentgraph import END, START, Edge, Graph, agent


class Query(TypedDict):
    query: str


class Amount(TypedDict):
    amount: float


class State(TypedDict, total=False):
    query: str
    amount: float


@agent(writes="amount")
def tell_amount(query: str) -> float:
    return 0.0


graph = Graph(
    "amounts",
    input=Query,
    output=Amount,
    state=State,
    edges=[Edge(START, tell_amount), Edge(tell_amount, END)],
)
