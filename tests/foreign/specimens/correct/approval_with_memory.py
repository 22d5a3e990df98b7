"""Publishing with an editor: the graph waits for a yes; the mail goes out after it, once."""

from typing import Literal, TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

MAILS: list[str] = []


class Article(TypedDict, total=False):
    text: str
    clean: str
    result: str


def proofread(state: Article) -> Article:
    return {"clean": state["text"].strip().replace("teh", "the")}


def editor(state: Article) -> Command[Literal["publish", "archive"]]:
    answer = interrupt({"question": "Publish?", "text": state["clean"]})
    return Command(goto="publish" if answer == "yes" else "archive")


def publish(state: Article) -> Article:
    MAILS.append(f"published: {state['clean']}")
    return {"result": "published"}


def archive(state: Article) -> Article:
    return {"result": "archived"}


builder = StateGraph(Article)
builder.add_node("proofread", proofread)
builder.add_node("editor", editor)
builder.add_node("publish", publish)
builder.add_node("archive", archive)
builder.add_edge(START, "proofread")
builder.add_edge("proofread", "editor")
builder.add_edge("publish", END)
builder.add_edge("archive", END)
graph = builder.compile(checkpointer=InMemorySaver())

INPUTS = [
    {"text": "teh bridge"},
    Command(resume="yes"),
    {"text": "teh road "},
    Command(resume="no"),
]
