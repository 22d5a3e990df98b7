from typing import TypedDict

from agentgraph import END, START, Budget, Edge, Graph, Retry, agent, tool


class Given(TypedDict):
    code: str


class Told(TypedDict):
    told: str


@tool(read_only=True, timeout=5, retry=Retry(attempts=3))
def track(code: str) -> str:
    return code


@agent(writes="found", tools=[track], timeout=10)
def look(code: str) -> str:
    return track(code)


@tool(read_only=True, timeout=1, retry=Retry(attempts=3))
def describe(found: str) -> str:
    return found


@agent(writes="told", tools=[describe], timeout=12, retry=Retry(attempts=3, wait=1))
def tell(found: str) -> str:
    return describe(found)


graph = Graph(
    "parcels",
    input=Given,
    output=Told,
    edges=[Edge(START, look), Edge(look, tell), Edge(tell, END)],
    budget=Budget(seconds=30),
)
