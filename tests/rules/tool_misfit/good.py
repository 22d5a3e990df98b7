from typing import Annotated, TypedDict

from annotated_types import Ge, Le

from agentgraph import END, START, Edge, Graph, agent, by_model, tool


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


@tool(read_only=True, destructive=False, timeout=5)
def search(text: str, limit: Annotated[int, Ge(5), Le(10)] = 7) -> list[str]:
    """What is known of the text."""
    return [text][:limit]


@agent(prompt="Answer {query}.", tools=[search], timeout=30)
def respond(query: str) -> Reply:
    return by_model()


graph = Graph(
    "answers",
    input=Query,
    output=Reply,
    edges=[Edge(START, respond), Edge(respond, END)],
)
