from typing import TypedDict

from agentgraph import END, START, Edge, Graph, agent


class Trip(TypedDict):
    city: str


class Answer(TypedDict):
    answer: str


@agent(writes="plan")
def plan_trip(city: str) -> str:
    return city


@agent(writes="found")
def search(plan: str) -> list[str]:
    return [plan]


@agent(writes="offers")
def rank(found: list[str]) -> list[str]:
    return sorted(found)


@agent(writes="offers")
def look_up(plan: str) -> list[str]:
    return [plan]


@agent(writes="answer")
def compose(offers: list[str]) -> str:
    return ", ".join(offers)


graph = Graph(
    "trip",
    input=Trip,
    output=Answer,
    edges=[
        Edge(START, plan_trip),
        Edge(plan_trip, search),
        Edge(search, rank),
        Edge(plan_trip, look_up),
        Edge([rank, look_up], compose),
        Edge(compose, END),
    ],
)
