import uuid
from typing import TypedDict

from agentgraph import END, START, Edge, Graph, agent, tool


class Order(TypedDict):
    order_id: str


class Settled(TypedDict):
    receipt: str


@tool(keyed=True)
def pay(order_id: str, reference: str) -> str:
    return f"paid {order_id}: {reference}"


@agent(writes="receipt", tools=[pay])
def settle(order_id: str) -> str:
    reference = f"payment-{uuid.uuid4().hex}"
    return pay(order_id, reference)


graph = Graph(
    "orders",
    input=Order,
    output=Settled,
    edges=[Edge(START, settle), Edge(settle, END)],
)
