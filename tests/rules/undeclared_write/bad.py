from typing import TypedDict

from agentgraph import END, START, Edge, Graph, agent


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


class State(TypedDict, total=False):
    query: str
    order_id: str
    reply: str


class Found(TypedDict):
    order_nr: str


@agent
def find_order(query: str) -> Found:
    return {"order_nr": query}


@agent(writes="reply")
def answer(query: str) -> str:
    return query


graph = Graph(
    "orders",
    input=Query,
    output=Reply,
    state=State,
    edges=[Edge(START, find_order), Edge(find_order, answer), Edge(answer, END)],
)
