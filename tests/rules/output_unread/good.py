from typing import TypedDict

from agentgraph import END, START, Edge, Graph, agent


class Query(TypedDict):
    text: str


class Answer(TypedDict):
    answer: str


@agent(writes="summary")
def summarise(text: str) -> str:
    return text[:100]


@agent(writes="answer")
def compose(summary: str) -> str:
    return summary


graph = Graph(
    "answer",
    input=Query,
    output=Answer,
    edges=[
        Edge(START, summarise),
        Edge(summarise, compose),
        Edge(compose, END),
    ],
)
