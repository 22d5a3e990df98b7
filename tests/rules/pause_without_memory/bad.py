"""Publishing: a text is proofread, an editor says yes or no, and it goes online."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt


class Article(TypedDict, total=False):
    text: str
    approved: bool
    url: str


def proofread(state: Article) -> Article:
    return {"text": state["text"].strip().replace("teh", "the")}


def editor(state: Article) -> Article:
    answer = interrupt({"question": "Publish?", "text": state["text"]})
    return {"approved": answer == "yes"}


def publish(state: Article) -> Article:
    slug = "-".join(state["text"].lower().split()[:3])
    return {"url": f"/news/{slug}"}


def archive(state: Article) -> Article:
    return {"url": "/archive"}


def approved(state: Article) -> bool:
    return state["approved"]


class Publishing:
    def __init__(self) -> None:
        flow = StateGraph(Article)
        flow.add_node("proofread", proofread)
        flow.add_node("editor", editor)
        flow.add_node("publish", publish)
        flow.add_node("archive", archive)
        flow.add_edge(START, "proofread")
        flow.add_edge("proofread", "editor")
        flow.add_conditional_edges("editor", approved, {True: "publish", False: "archive"})
        flow.add_edge("publish", END)
        flow.add_edge("archive", END)
        self.graph = flow.compile()


graph = Publishing().graph
