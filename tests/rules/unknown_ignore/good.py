from typing import TypedDict

from agentgraph import END, START, Edge, Graph, Route, agent


class Text(TypedDict):
    text: str


class Verdict(TypedDict):
    text: str


@agent(writes="score")
def rate(text: str) -> float:
    return 0.5


@agent(writes="text")
def publish(text: str) -> str:
    return text


@agent(writes="text")
def rewrite(text: str) -> str:
    return text


def pick(score: float) -> str:
    return "good" if score > 0.7 else "bad"


graph = Graph(
    "editor",
    input=Text,
    output=Verdict,
    edges=[
        Edge(START, rate),
        Route(rate, on=pick, to={"good": publish, "bad": rewrite}),  # agentgraph: ignore[AG304]
        Edge(publish, END),
        Edge(rewrite, END),
    ],
)
