from typing import Literal, TypedDict

from agentgraph import END, START, Edge, Graph, agent


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    refund: float


class Intent(TypedDict):
    reason: Literal["damaged", "late"]


@agent
def classify(query: str) -> Intent:
    return {"reason": "late"}


@agent(writes="refund")
def check_refund(reason: Literal["damaged", "late"]) -> float:
    return 1.0


graph = Graph(
    "refunds",
    input=Query,
    output=Reply,
    edges=[Edge(START, classify), Edge(classify, check_refund), Edge(check_refund, END)],
)
