import asyncio
from typing import TypedDict

from agentgraph import END, START, Edge, Graph, agent


class Order(TypedDict):
    order_id: str


class Settled(TypedDict):
    receipt: str


@agent(writes="receipt")
async def settle(order_id: str) -> str:
    await asyncio.sleep(0.1)
    return f"settled {order_id}"


graph = Graph(
    "orders",
    input=Order,
    output=Settled,
    edges=[Edge(START, settle), Edge(settle, END)],
)
