from typing import TypedDict

from agentgraph import END, START, Edge, Graph, agent, tool


class Order(TypedDict):
    order_id: str


class Settled(TypedDict):
    receipt: str


@tool(approval="Refund this order?", open_world=False)
def refund_order(order_id: str) -> str:
    return f"refunded {order_id}"


@agent(writes="receipt", tools=[refund_order])
def settle(order_id: str) -> str:
    try:
        return refund_order(order_id)
    except (KeyError, TimeoutError):
        return "none"


graph = Graph(
    "orders",
    input=Order,
    output=Settled,
    edges=[Edge(START, settle), Edge(settle, END)],
)
