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
def look_up(query: str) -> str:
    return query


@agent(writes="mood")
def small_talk(query: str) -> str:
    return "fine"


@agent(writes="reply")
def answer(query: str, facts: str = "", mood: str = "") -> str:
    return query


@agent
def log(query: str) -> None:
    """Ends by design: another way goes on."""


graph = Graph(
    "support",
    input=Query,
    output=Reply,
    edges=[
        Edge(START, triage),
        Edge(START, log),
        Route(triage, on="kind", to={"order": look_up, "chat": small_talk}),
        Edge(look_up, answer),
        Edge(small_talk, answer),
        Edge(answer, END),
    ],
)
