from typing import TypedDict

from agentgraph import END, START, Edge, Graph, agent, by_model, tool


class Given(TypedDict):
    code: str


class Told(TypedDict):
    told: str


@tool(read_only=True, needs="carrier", timeout=5)
def track(code: str) -> str:
    return code


@tool(read_only=True, needs="weather")
def forecast(code: str) -> str:
    """The agent's timeout covers it."""
    return code


@tool
def shorten(code: str) -> str:
    """Nothing was said of it."""
    return code[:3]


@agent(writes="weather", tools=[forecast, shorten], timeout=5)
def look(code: str) -> str:
    return shorten(forecast(code))


@agent(prompt="Where is {code}, in {weather}?", writes="told", tools=[track])
def ask(code: str, weather: str) -> str:
    return by_model()


graph = Graph(
    "parcels",
    input=Given,
    output=Told,
    edges=[Edge(START, look), Edge(look, ask), Edge(ask, END)],
)
