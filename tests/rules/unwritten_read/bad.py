from typing import Literal, TypedDict

from agentgraph import END, START, Edge, Graph, Route, agent


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


@agent(writes="kind")
def triage(query: str) -> Literal["order", "chat"]:
    return "chat"


@agent(writes="facts")
def look_up(query: str) -> list[str]:
    return [query]


@agent(writes="reply")
def answer(facts: list[str]) -> str:
    return facts[0]


graph = Graph(
    "support",
    input=Query,
    output=Reply,
    edges=[
        Edge(START, triage),
        Route(triage, on="kind", to={"order": look_up, "chat": answer}),
        Edge(look_up, answer),
        Edge(answer, END),
    ],
)
