from typing import Literal, TypedDict

from agentgraph import END, START, Edge, Graph, Route, agent


class Query(TypedDict):
    query: str
    mode: Literal["search", "summary"]


class Reply(TypedDict):
    reply: str


@agent(writes="result")
def search(query: str) -> list[str]:
    return [query]


@agent(writes="result")
def summarise(query: str) -> str:
    return query


@agent(writes="reply")
def answer(result: list[str] | str) -> str:
    return str(result)


graph = Graph(
    "answers",
    input=Query,
    output=Reply,
    edges=[
        Route(START, on="mode", to={"search": search, "summary": summarise}),
        Edge([search, summarise], answer),
        Edge(answer, END),
    ],
)
