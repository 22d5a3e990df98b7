from typing import Annotated, TypedDict

from annotated_types import MaxLen

from agentgraph import END, START, Edge, Graph, Message, agent, append, by_model, kept
from agentgraph.model.facts import ModelFacts


class Question(TypedDict):
    question: Annotated[str, MaxLen(2000)]
    document: Annotated[str, MaxLen(60_000)]


class Answer(TypedDict):
    answer: str


class State(TypedDict, total=False):
    question: str
    document: str
    history: Annotated[list[Message], append, kept]
    answer: str


@agent(prompt="Answer {question} from {document}; before, they said {history}", writes="answer")
def answer(
    question: Annotated[str, MaxLen(2000)],
    document: Annotated[str, MaxLen(60_000)],
    history: list[Message],
) -> str:
    return by_model()


@agent(writes="history")
def remember(question: str) -> list[Message]:
    return [Message(role="user", content=question)]


graph = Graph(
    "documents",
    input=Question,
    output=Answer,
    state=State,
    edges=[Edge(START, answer), Edge(answer, remember), Edge(remember, END)],
)

models = {"default": ModelFacts(role="default", context=8192)}
