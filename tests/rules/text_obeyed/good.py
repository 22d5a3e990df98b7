import sqlite3
from typing import Literal, TypedDict

from agentgraph import END, START, Edge, Graph, agent, by_model, tool


class Question(TypedDict):
    question: str


class Answer(TypedDict):
    reply: str


@tool(read_only=True, open_world=False)
def count_orders(status: Literal["open", "paid"]) -> int:
    with sqlite3.connect("orders.db") as books:
        found = books.execute(f"SELECT count(*) FROM orders WHERE status = '{status}'")
        return found.fetchone()[0]


@agent(prompt="Answer: {question}", writes="reply", tools=[count_orders])
def answer(question: str) -> str:
    return by_model()


graph = Graph(
    "answers",
    input=Question,
    output=Answer,
    edges=[Edge(START, answer), Edge(answer, END)],
)
