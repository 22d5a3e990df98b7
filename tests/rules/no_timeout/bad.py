from typing import TypedDict

from agentgraph import END, START, Edge, Graph, agent, by_model, tool


class Given(TypedDict):
    code: str


class Told(TypedDict):
    told: str


@tool(read_only=True, needs="carrier")
def track(code: str) -> str:
    return code


@agent(writes="stored", needs="warehouse")
def fetch(code: str) -> str:
    return code


@agent(prompt="Where is {code}, {stored}?", writes="told", tools=[track], timeout=30)
def ask(code: str, stored: str) -> str:
    return by_model()


graph = Graph(
    "parcels",
    input=Given,
    output=Told,
    edges=[Edge(START, fetch), Edge(fetch, ask), Edge(ask, END)],
)
