from typing import Literal, TypedDict

from agentgraph import END, START, Edge, Graph, Route, agent


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


@agent(writes="kind")
def triage(query: str) -> Literal["order", "chat"]:
    return "chat"


@agent(writes="reply")
def look_up(query: str) -> str:
    return query


graph = Graph(
    "support",
    input=Query,
    output=Reply,
    edges=[
        Edge(START, triage),
        Route(triage, on="kind", to={"order": look_up, "chat": END}),
        Edge(look_up, END),
    ],
)
