from typing import Annotated, TypedDict

from agentgraph import END, START, Edge, Graph, agent, append


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


class State(TypedDict, total=False):
    query: str
    facts: Annotated[list[str], append]
    reply: str


@agent(writes="facts")
def look_up(query: str) -> str:
    return query


@agent(writes="reply")
def answer(facts: list[str]) -> str:
    return ", ".join(facts)


graph = Graph(
    "answers",
    input=Query,
    output=Reply,
    state=State,
    edges=[Edge(START, look_up), Edge(look_up, answer), Edge(answer, END)],
)
