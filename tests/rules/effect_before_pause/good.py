from typing import TypedDict

from agentgraph import END, START, Edge, Graph, agent, tool


class Order(TypedDict):
    order_id: str


class Settled(TypedDict):
    receipt: str


@tool
def send_letter(order_id: str) -> bool:
    return bool(order_id)


@tool(approval="Refund this order?", open_world=False)
def refund_order(order_id: str) -> str:
    return f"refunded {order_id}"


@agent(writes="receipt", tools=[send_letter, refund_order])
def settle(order_id: str) -> str:
    receipt = refund_order(order_id)
    send_letter(order_id)
    return receipt


graph = Graph(
    "orders",
    input=Order,
    output=Settled,
    edges=[Edge(START, settle), Edge(settle, END)],
)
