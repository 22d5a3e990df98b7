from typing import Annotated

from pydantic import BaseModel

from agentgraph import END, START, Edge, Graph, Label, agent, by_model, tool


class Mail(BaseModel):
    mail: Annotated[str, Label("untrusted")]
    sender: str


class Reply(BaseModel):
    reply: str


@tool(read_only=True, open_world=False, clears={"pii"}, timeout=2)
def find_customer(sender: str) -> Annotated[str, Label("pii")]:
    """What the books know of a customer."""
    return sender


@tool(read_only=True, clears={"pii"}, timeout=5)
def fetch_page(url: str) -> str:
    """A page of the help centre."""
    return url


@agent(
    prompt="Answer this mail of {sender}: {mail}",
    writes="reply",
    clears={"pii"},
    tools=[find_customer, fetch_page],
    timeout=30,
)
def answer(mail: str, sender: str) -> str:
    return by_model()


graph = Graph(
    "mailbox",
    input=Mail,
    output=Reply,
    edges=[Edge(START, answer), Edge(answer, END)],
)
