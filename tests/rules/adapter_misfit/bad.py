from typing import TypedDict

from agentgraph import END, START, Edge, Graph, agent


class Place(TypedDict):
    place: str


class Stored(TypedDict):
    stored: bool


@agent(writes="fahrenheit")
def measure(place: str) -> float:
    return 70.0


@agent(writes="degrees")
def to_celsius(fahrenheit: int) -> float:
    return (fahrenheit - 32) / 1.8


@agent(writes="stored")
def store(degrees: float) -> bool:
    return True


graph = Graph(
    "weather",
    input=Place,
    output=Stored,
    edges=[Edge(START, measure), Edge(measure, store, adapt=to_celsius), Edge(store, END)],
)
