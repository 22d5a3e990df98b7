from typing import Literal, TypedDict

from agentgraph import (
    END,
    START,
    Budget,
    Edge,
    Estimate,
    Graph,
    Objective,
    Route,
    agent,
    by_model,
    tool,
)
from agentgraph.model.facts import ModelFacts


class Question(TypedDict):
    question: str


class Answer(TypedDict):
    answer: str


class Found(TypedDict):
    found: str


@tool(read_only=True, open_world=False, estimate=Estimate(p95=0.5))
def search(question: str) -> str:
    return question


@agent(writes="found", tools=[search])
def look(question: str) -> str:
    return search(question)


@agent(writes="related", estimate=Estimate(p95=0.1))
def relate(question: str) -> str:
    return question


@agent(prompt="Answer {question} from {found} and {related}", writes="answer", model="deep")
def write(question: str, found: str, related: str) -> str:
    return by_model()


@agent(prompt="Is {answer} good?", writes="verdict", model="fast")
def judge(answer: str) -> Literal["good", "bad"]:
    return by_model()


@agent(writes="question")
def ask_again(question: str) -> str:
    return question


research = Graph(
    "research",
    input=Question,
    output=Found,
    edges=[Edge(START, look), Edge(look, END)],
)

graph = Graph(
    "answers",
    input=Question,
    output=Answer,
    objective=Objective(p95=10.5),
    budget=Budget(seconds=60),
    edges=[
        Edge(START, research),
        Edge(START, relate),
        Edge([research, relate], write),
        Edge(write, judge),
        Route(judge, on="verdict", to={"good": END, "bad": ask_again}),
        Edge(ask_again, write, at_most=1, otherwise=END),
    ],
)

models = {
    "deep": ModelFacts(role="deep", p95=4),
    "fast": ModelFacts(role="fast", p95=1),
}
