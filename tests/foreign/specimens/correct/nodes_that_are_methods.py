"""A bot as a class: its nodes and its router are methods, its instance holds the clients."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph


class Weather(TypedDict, total=False):
    city: str
    degrees: int
    advice: str


class Station:
    def __init__(self, readings: dict[str, int]) -> None:
        self.readings = readings

    def __call__(self, state: Weather) -> Weather:
        return {"degrees": self.readings.get(state["city"], 15)}


class Adviser:
    cold = 10

    @staticmethod
    def coat(state: Weather) -> Weather:
        return {"advice": f"a coat at {state['degrees']}"}

    @classmethod
    def is_cold(cls, state: Weather) -> bool:
        return state["degrees"] < cls.cold

    def shirt(self, state: Weather) -> Weather:
        return {"advice": "a shirt"}

    def build(self, station: Station):
        builder = StateGraph(Weather)
        builder.add_node("measure", station)
        builder.add_node("coat", self.coat)
        builder.add_node("shirt", self.shirt)
        builder.add_edge(START, "measure")
        builder.add_conditional_edges("measure", self.is_cold, {True: "coat", False: "shirt"})
        builder.add_edge("coat", END)
        builder.add_edge("shirt", END)
        return builder.compile()


graph = Adviser().build(Station({"Oslo": 2}))

INPUTS = [{"city": "Oslo"}, {"city": "Nice"}]
