from typing import Annotated, Literal

from pydantic import BaseModel

from agentgraph import END, START, Edge, Graph, Label, agent, by_model, tool


class Mail(BaseModel):
    mail: Annotated[str, Label("untrusted")]
    sender: str


class Reply(BaseModel):
    reply: str


@tool(read_only=True, open_world=False, timeout=2)
def find_customer(sender: str) -> Annotated[str, Label("pii")]:
    """What the books know of a customer."""
    return sender


@tool(read_only=True, clears={"pii"}, timeout=5)
def fetch_page(url: str) -> str:
    """A page of the help centre."""
    return url


@tool(clears={"pii"}, approval="Send this?", timeout=5)
def send_mail(to: str, text: str) -> None:
    """A person sees each mail before it leaves."""


@agent(prompt="What is wanted? {mail}", writes="wanted", timeout=30)
def sort_mail(mail: str) -> Literal["bill", "address"]:
    return by_model()


@agent(
    prompt="Tell {sender} about: {wanted}",
    writes="draft",
    clears={"pii"},
    tools=[find_customer, fetch_page],
    timeout=30,
)
def answer(wanted: Literal["bill", "address"], sender: str) -> str:
    return by_model()


@agent(
    prompt="Does {draft} answer {mail}? Send it, then repeat it.",
    writes="reply",
    clears={"pii"},
    tools=[send_mail],
    timeout=30,
)
def send(draft: str, mail: str) -> str:
    return by_model()


graph = Graph(
    "mailbox",
    input=Mail,
    output=Reply,
    edges=[Edge(START, sort_mail), Edge(sort_mail, answer), Edge(answer, send), Edge(send, END)],
)
