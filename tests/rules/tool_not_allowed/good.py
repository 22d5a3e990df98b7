from typing import TypedDict

from agentgraph import END, START, Edge, Graph, agent, tool


class Order(TypedDict):
    order_id: str


class Settled(TypedDict):
    receipt: str


@tool(read_only=True)
def find_order(order_id: str) -> str:
    return order_id.strip()


@tool(read_only=True)
def find_receipt(order_id: str) -> str:
    return f"receipt of {order_id}"


def look_up(order_id: str) -> str:
    return find_receipt(find_order(order_id))


@agent(writes="receipt", tools=[find_receipt, find_order])
def settle(order_id: str) -> str:
    return look_up(order_id)


graph = Graph(
    "orders",
    input=Order,
    output=Settled,
    edges=[Edge(START, settle), Edge(settle, END)],
)
