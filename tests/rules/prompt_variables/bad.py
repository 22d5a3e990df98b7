from typing import Literal, TypedDict

from agentgraph import END, START, Edge, Graph, agent, by_model


class Query(TypedDict):
    query: str


class Intent(TypedDict):
    intent: str


@agent(prompt="What does the customer want? {question}", writes="intent")
def classify(query: str) -> Literal["order", "refund"]:
    return by_model()


graph = Graph(
    "intents",
    input=Query,
    output=Intent,
    edges=[Edge(START, classify), Edge(classify, END)],
)
