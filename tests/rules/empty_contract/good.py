from typing import Annotated, TypedDict

from annotated_types import Ge, Le

from agentgraph import END, START, Edge, Graph, agent


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


@agent(writes="amount")
def tell_amount(query: str) -> int:
    return 7


@agent(writes="reply")
def answer(query: str, amount: int, discount: Annotated[int, Ge(5), Le(10)] = 7) -> str:
    return query


graph = Graph(
    "amounts",
    input=Query,
    output=Reply,
    edges=[Edge(START, tell_amount), Edge(tell_amount, answer), Edge(answer, END)],
)
