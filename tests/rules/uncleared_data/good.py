from typing import Annotated, Literal

from pydantic import BaseModel

from agentgraph import END, START, Edge, Graph, Label, agent, by_model


class Ticket(BaseModel):
    email: Annotated[str, Label("pii")]
    question: Annotated[str, Label("untrusted")]


class Answer(BaseModel):
    reply: str


class Customer(BaseModel):
    """One of a few fixed values tells nothing of who it is about."""

    plan: Literal["free", "paid"]
    note: str


@agent(clears={"pii"})
def look_up(email: str) -> Customer:
    return Customer(plan="paid" if email else "free", note=f"the customer {email}")


@agent(writes="masked", clears={"pii"}, removes={"pii"})
def mask(note: str) -> str:
    return note[:12]


@agent(prompt="Answer {question} for {masked}, who is on the plan {plan}", writes="reply")
def answer(question: str, masked: str, plan: str) -> str:
    return by_model()


graph = Graph(
    "support",
    input=Ticket,
    output=Answer,
    clears={"pii"},
    edges=[Edge(START, look_up), Edge(look_up, mask), Edge(mask, answer), Edge(answer, END)],
)
