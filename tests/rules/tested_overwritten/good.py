from typing import Literal, TypedDict

from agentgraph import END, START, Edge, Graph, Route, agent


class Query(TypedDict):
    query: str
    status: Literal["open", "shut"]


class Reply(TypedDict):
    reply: str


@agent(writes="topic")
def triage(query: str) -> str:
    return query


@agent(writes="status")
def watch(query: str) -> Literal["open", "shut"]:
    return "shut"


@agent
def open_desk(topic: str) -> None:
    """Both are done now."""


@agent(writes="reply")
def serve(topic: str, status: Literal["open"]) -> str:
    return f"{topic}: we are {status}"


@agent(writes="reply")
def decline(topic: str) -> str:
    return f"{topic}: later"


graph = Graph(
    "desk",
    input=Query,
    output=Reply,
    edges=[
        Edge(START, triage),
        Edge(START, watch),
        Edge([triage, watch], open_desk),
        Route(open_desk, on="status", to={"open": serve, "shut": decline}),
        Edge(serve, END),
        Edge(decline, END),
    ],
)
