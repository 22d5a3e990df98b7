from typing import Annotated, TypedDict

from agentgraph import END, START, Edge, Graph, agent


def append(old: list[str], new: list[str]) -> list[str]:
    return old + new


class Trip(TypedDict):
    city: str


class Offers(TypedDict):
    offers: list[str]


class State(TypedDict, total=False):
    city: str
    offers: Annotated[list[str], append]


@agent(writes="offers")
def find_hotels(city: str) -> list[str]:
    return ["hotel"]


@agent(writes="offers")
def find_flights(city: str) -> list[str]:
    return ["flight"]


@agent(writes="city")
def finish(offers: list[str]) -> str:
    return ""


graph = Graph(
    "trip",
    input=Trip,
    output=Offers,
    state=State,
    edges=[
        Edge(START, find_hotels),
        Edge(START, find_flights),
        Edge([find_hotels, find_flights], finish),
        Edge(finish, END),
    ],
)
