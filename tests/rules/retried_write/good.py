from typing import TypedDict

from agentgraph import END, START, Edge, Graph, Retry, agent, tool


class Given(TypedDict):
    code: str


class Told(TypedDict):
    told: str


@tool(timeout=5, keyed=True, retry=Retry(attempts=2))
def charge(code: str) -> str:
    return code


@tool(timeout=5, idempotent=True)
def store(code: str) -> str:
    return code


@tool(timeout=5)
def print_label(code: str) -> str:
    return code


@agent(writes="paid", tools=[charge, store], retry=Retry(attempts=2))
def pay(code: str) -> str:
    return charge(code) + store(code)


@agent(writes="told", tools=[print_label], retry=Retry(attempts=1))
def label(paid: str) -> str:
    return print_label(paid)


graph = Graph(
    "shop",
    input=Given,
    output=Told,
    retry=Retry(attempts=2),
    edges=[Edge(START, pay), Edge(pay, label), Edge(label, END)],
)
