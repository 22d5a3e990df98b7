from typing import Annotated, TypedDict

from annotated_types import MaxLen

from agentgraph import END, START, Edge, Graph, Map, agent, by_model


class Topic(TypedDict):
    topic: str
    files: list[str]


class Report(TypedDict):
    texts: list[str]
    sizes: list[int]


@agent(prompt="List the chapters of a book on {topic}", writes="chapters")
def outline(topic: str) -> Annotated[list[str], MaxLen(12)]:
    return by_model()


@agent(prompt="Write {chapter}", writes="text")
def write(chapter: str) -> str:
    return by_model()


@agent(writes="size")
def measure(file: str) -> int:
    """Costs nothing, however many there are."""
    return len(file)


graph = Graph(
    "reports",
    input=Topic,
    output=Report,
    edges=[
        Map(START, over="files", each="file", to=measure, into="sizes"),
        Edge(measure, outline),
        Map(outline, over="chapters", each="chapter", to=write, into="texts"),
        Edge(write, END),
    ],
)
