from typing import TypedDict

from agentgraph import END, START, Edge, Graph, agent


class Order(TypedDict):
    order_id: str


class Settled(TypedDict):
    receipt: str


BOOKS = "postgresql://shop:q7Zr-9Lm2wXe@db.shop.internal/orders"


@agent(writes="receipt")
def settle(order_id: str) -> str:
    return f"settled {order_id} in {len(BOOKS)}"


graph = Graph(
    "orders",
    input=Order,
    output=Settled,
    edges=[Edge(START, settle), Edge(settle, END)],
)
