from typing import Literal, TypedDict

from agentgraph import END, START, Budget, Edge, Graph, Route, agent, by_model


class Query(TypedDict):
    query: str


class Answer(TypedDict):
    answer: str


class Thought(TypedDict):
    action: Literal["search", "finish"]
    thought: str


@agent(prompt="Answer {query}, or say what to search for. So far: {found}")
def think(query: str, found: str = "") -> Thought:
    return by_model()


@agent(writes="found")
def search(thought: str) -> str:
    return thought


@agent(writes="answer")
def reply(thought: str) -> str:
    return thought


graph = Graph(
    "react",
    input=Query,
    output=Answer,
    budget=Budget(steps=30),
    edges=[
        Edge(START, think),
        Route(think, on="action", to={"search": search, "finish": reply}),
        Edge(search, think),
        Edge(reply, END),
    ],
)
