from typing import TypedDict

from agentgraph import END, START, Edge, Graph, Retry, agent, tool


class Given(TypedDict):
    code: str


class Told(TypedDict):
    told: str


@tool(timeout=5, retry=Retry(attempts=2))
def charge(code: str) -> str:
    return code


@tool(timeout=5)
def print_label(code: str) -> str:
    return code


@agent(writes="told", tools=[charge, print_label], retry=Retry(attempts=2))
def pay(code: str) -> str:
    return charge(code) + print_label(code)


graph = Graph(
    "shop",
    input=Given,
    output=Told,
    edges=[Edge(START, pay), Edge(pay, END)],
)
