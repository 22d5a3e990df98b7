from typing import TypedDict

from agentgraph import END, START, Edge, Graph, agent


class Topic(TypedDict):
    topic: str


class Text(TypedDict):
    text: str


@agent(writes="text")
def write(topic: str) -> str:
    return topic


@agent(writes="text")
def review(text: str) -> str:
    return text


graph = Graph(
    "essay",
    input=Topic,
    output=Text,
    edges=[
        Edge(START, write),
        Edge(write, review),
        Edge(review, END),
    ],
)
