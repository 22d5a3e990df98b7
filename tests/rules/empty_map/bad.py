from typing import Literal, TypedDict

from agentgraph import END, START, Edge, Graph, Map, Route, agent


class Trip(TypedDict):
    cities: list[str]
    mood: Literal["cheap", "fine"]


class Booking(TypedDict):
    booking: str


@agent(writes="offer")
def search(city: str) -> str:
    return city


@agent(writes="booking")
def book_cheap(offers: list[str]) -> str:
    return "cheap"


@agent(writes="booking")
def book_fine(offers: list[str]) -> str:
    return "fine"


graph = Graph(
    "trip",
    input=Trip,
    output=Booking,
    edges=[
        Map(START, over="cities", each="city", to=search, into="offers"),
        Route(search, on="mood", to={"cheap": book_cheap, "fine": book_fine}),
        Edge(book_cheap, END),
        Edge(book_fine, END),
    ],
)
