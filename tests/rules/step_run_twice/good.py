from typing import TypedDict

from agentgraph import END, START, Edge, Graph, agent


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


@agent(writes="hits")
def search(query: str) -> list[str]:
    return [query]


@agent(writes="best")
def rank(hits: list[str]) -> str:
    return hits[0]


@agent(writes="facts")
def look_up(query: str) -> str:
    return query


@agent(writes="reply")
def answer(query: str, best: str = "", facts: str = "") -> str:
    return query + best + facts


graph = Graph(
    "answers",
    input=Query,
    output=Reply,
    edges=[
        Edge(START, search),
        Edge(search, rank),
        Edge(START, look_up),
        Edge([rank, look_up], answer),
        Edge(answer, END),
    ],
)
