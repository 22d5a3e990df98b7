from typing import Annotated, Literal, TypedDict

from annotated_types import MaxLen

from agentgraph import END, START, Budget, Edge, Estimate, Graph, Map, Route, agent, by_model
from agentgraph.model.facts import ModelFacts


class Topic(TypedDict):
    topic: str


class Report(TypedDict):
    report: str


@agent(writes="kind")
def sort_out(topic: str) -> Literal["short", "long"]:
    return "short"


@agent(
    prompt="In a line: {topic}",
    writes="report",
    model="fast",
    estimate=Estimate(tokens=1000),
)
def note(topic: str) -> str:
    return by_model()


@agent(writes="chapters", estimate=Estimate(cost=0.05))
def outline(topic: str) -> Annotated[list[str], MaxLen(10)]:
    return [topic]


@agent(
    prompt="Write {chapter}",
    writes="text",
    model="deep",
    estimate=Estimate(tokens=20_000),
)
def write(chapter: str) -> str:
    return by_model()


@agent(writes="report")
def bind(texts: list[str]) -> str:
    return "".join(texts)


graph = Graph(
    "reports",
    input=Topic,
    output=Report,
    budget=Budget(cost=1, tokens=150_000),
    edges=[
        Edge(START, sort_out),
        Route(sort_out, on="kind", to={"short": note, "long": outline}),
        Edge(note, END),
        Map(outline, over="chapters", each="chapter", to=write, into="texts"),
        Edge(write, bind),
        Edge(bind, END),
    ],
)

models = {
    "deep": ModelFacts(role="deep", input_price=5, output_price=15),
    "fast": ModelFacts(role="fast", input_price=1, output_price=2),
}
