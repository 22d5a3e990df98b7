from typing import Literal, TypedDict

from agentgraph import END, START, Edge, Graph, Route, agent


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


@agent(writes="intent")
def classify(query: str) -> Literal["order", "refund", "other"]:
    return "other"


@agent(writes="reply")
def look_up(query: str) -> str:
    return query


@agent(writes="reply")
def check_refund(query: str) -> str:
    return query


graph = Graph(
    "support",
    input=Query,
    output=Reply,
    edges=[
        Edge(START, classify),
        Route(
            classify,
            on="intent",
            to={"order": look_up, "refund": check_refund},
        ),
        Edge(look_up, END),
        Edge(check_refund, END),
    ],
)
