from typing import TypedDict

from agentgraph import END, START, Edge, Graph, Map, agent, by_model


class Topic(TypedDict):
    topic: str


class Report(TypedDict):
    texts: list[str]


@agent(prompt="List the chapters of a book on {topic}", writes="chapters")
def outline(topic: str) -> list[str]:
    return by_model()


@agent(prompt="Write {chapter}", writes="text")
def write(chapter: str) -> str:
    return by_model()


graph = Graph(
    "reports",
    input=Topic,
    output=Report,
    edges=[
        Edge(START, outline),
        Map(outline, over="chapters", each="chapter", to=write, into="texts"),
        Edge(write, END),
    ],
)
