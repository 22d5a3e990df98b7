from typing import Annotated

from pydantic import BaseModel

from agentgraph import END, START, Edge, Graph, Label, agent, by_model


class Ticket(BaseModel):
    email: Annotated[str, Label("pii")]
    question: str


class Answer(BaseModel):
    reply: str


@agent(writes="customer", clears={"pii"})
def look_up(email: str) -> str:
    return f"the customer with the address {email}"


@agent(prompt="Who is this, in a line? {customer}", writes="summary", timeout=10)
def summarise(customer: str) -> str:
    return by_model()


@agent(writes="reply")
def answer(summary: str, question: str) -> str:
    return f"{summary}: {question}"


graph = Graph(
    "support",
    input=Ticket,
    output=Answer,
    clears=set(),
    edges=[
        Edge(START, look_up),
        Edge(look_up, summarise),
        Edge(summarise, answer),
        Edge(answer, END),
    ],
)
