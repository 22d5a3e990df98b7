from typing import Annotated, Literal, TypedDict

from pydantic import BaseModel

from agentgraph import END, START, Edge, Graph, Route, agent, kept


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


class State(BaseModel):
    query: str = ""
    stage: Annotated[Literal["new", "asked", "done"], kept] = "new"
    reply: str = ""


class Asked(TypedDict):
    stage: Literal["asked"]
    reply: str


@agent
def greet(query: str) -> Asked:
    return {"stage": "asked", "reply": "What can I do for you?"}


@agent(writes="reply")
def answer(query: str) -> str:
    return query


graph = Graph(
    "chat",
    input=Query,
    output=Reply,
    state=State,
    edges=[
        Route(START, on="stage", to={"new": greet, "asked": answer}),
        Edge(greet, END),
        Edge(answer, END),
    ],
)
