from typing import TypedDict

from agentgraph import END, START, Edge, Graph, agent, field


class Query(TypedDict):
    query: str


class Reply(TypedDict, total=False):
    reply: str
    draft: str


@agent(writes="score")
def rate(query: str) -> float:
    return 0.7


@agent(writes="reply")
def publish(query: str) -> str:
    return query


@agent(writes="draft")
def rewrite(query: str) -> str:
    return query


graph = Graph(
    "drafts",
    input=Query,
    output=Reply,
    edges=[
        Edge(START, rate),
        Edge(rate, publish, when=field("score") >= 0.7),
        Edge(rate, rewrite, when=field("score") <= 0.7),
        Edge(publish, END),
        Edge(rewrite, END),
    ],
)
