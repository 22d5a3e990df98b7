from typing import TypedDict

from agentgraph import END, START, Edge, Graph, Model, agent, by_model, tool
from agentgraph.model.facts import ModelFacts


class Given(TypedDict):
    code: str


class Told(TypedDict):
    told: str


@tool(read_only=True, needs="carrier", timeout=5)
def track(code: str) -> str:
    return code


@tool(read_only=True, needs="carrier", timeout=5)
def track_old(code: str) -> str:
    return code


@agent(writes="found", tools=[track_old])
def look_again(code: str) -> str:
    return track_old(code)


@agent(writes="found", tools=[track], fallback=look_again)
def look(code: str) -> str:
    return track(code)


@agent(prompt="Tell of {found}", writes="told", model="deep", fallback=Model("small"))
def tell(found: str) -> str:
    return by_model()


graph = Graph(
    "parcels",
    input=Given,
    output=Told,
    edges=[Edge(START, look), Edge(look, tell), Edge(tell, END)],
)

models = {
    "deep": ModelFacts(role="deep", provider="openai"),
    "small": ModelFacts(role="small", provider="openai"),
}
