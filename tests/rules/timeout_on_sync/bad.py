"""Weather mail: fetch the forecast, phrase it, send it."""

from datetime import timedelta
from typing import TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import RetryPolicy

FORECAST = {"Bern": "rain", "Nice": "sun"}


class Weather(TypedDict, total=False):
    city: str
    sky: str
    mail: str


def fetch(state: Weather) -> Weather:
    return {"sky": FORECAST.get(state["city"], "unknown")}


async def phrase(state: Weather) -> Weather:
    advice = "take an umbrella" if state["sky"] == "rain" else "enjoy the day"
    return {"mail": f"{state['city']}: {state['sky']}, {advice}"}


def build():
    flow = StateGraph(Weather)
    flow.add_node(
        "fetch",
        fetch,
        retry_policy=RetryPolicy(max_attempts=2),
        timeout=timedelta(seconds=10),
    )
    flow.add_node("phrase", phrase, timeout=30)
    flow.add_edge(START, "fetch")
    flow.add_edge("fetch", "phrase")
    flow.add_edge("phrase", END)
    return flow


graph = build()
