from typing import TypedDict

from agentgraph import END, START, Context, Edge, Graph, agent, tool


class Order(TypedDict):
    order_id: str


class Settled(TypedDict):
    receipt: str


@tool(keyed=True)
def pay(order_id: str, reference: str) -> str:
    return f"paid {order_id}: {reference}"


@agent(writes="receipt", tools=[pay])
def settle(ctx: Context, order_id: str) -> str:
    reference = f"payment-{ctx.idempotency_key}"
    return pay(order_id, reference)


graph = Graph(
    "orders",
    input=Order,
    output=Settled,
    edges=[Edge(START, settle), Edge(settle, END)],
)
