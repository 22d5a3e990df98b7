from typing import TypedDict

from agentgraph import START, Edge, Graph, agent


class Topic(TypedDict):
    topic: str


@agent(writes="text")
def write(topic: str) -> str:
    return topic


@agent(writes="topic")
def review(text: str) -> str:
    return text


graph = Graph(
    "essay",
    input=Topic,
    edges=[
        Edge(START, write),
        Edge(write, review),
        Edge(review, write),
    ],
)
