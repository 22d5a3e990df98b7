from typing import Literal, TypedDict

from agentgraph import END, START, Edge, Graph, agent, by_model


class Query(TypedDict):
    query: str
    history: list[str]


class Intent(TypedDict):
    intent: str


def keyword_intent(query: str, history: list[str]) -> Literal["order", "refund"]:
    return "order"


@agent(prompt="What is wanted? {query}", writes="intent", fallback=keyword_intent)
def classify(query: str) -> Literal["order", "refund"]:
    return by_model()


graph = Graph(
    "intents",
    input=Query,
    output=Intent,
    edges=[Edge(START, classify), Edge(classify, END)],
)
