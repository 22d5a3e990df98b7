from typing import TypedDict

from agentgraph import END, START, Edge, Graph, agent


class Topic(TypedDict):
    topic: str


class Essay(TypedDict, total=False):
    text: str
    verdict: str


@agent(writes="notes")
def plan(topic: str) -> str:
    return topic


@agent(writes="text")
def write(topic: str, notes: str = "") -> str:
    return topic


@agent(writes="verdict")
def review(topic: str, text: str = "") -> str:
    return topic


graph = Graph(
    "essay",
    input=Topic,
    output=Essay,
    edges=[
        Edge(START, plan),
        Edge([plan, review], write, at_most=2),
        Edge([plan, write], review),
        Edge(write, END),
        Edge(review, END),
    ],
)
