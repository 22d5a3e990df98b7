"""Newsroom: a story is checked and published; the archive and the statistics end by themselves."""

from typing import TypedDict

from langgraph.graph import START, StateGraph

ARCHIVE: list[str] = []
COUNTS: dict[str, int] = {}


class Story(TypedDict, total=False):
    title: str
    slug: str
    url: str


def check(state: Story) -> Story:
    return {"slug": "-".join(state["title"].lower().split())}


def publish(state: Story) -> Story:
    return {"url": f"/{state['slug']}"}


def archive(state: Story) -> None:
    ARCHIVE.append(state["slug"])


def count(state: Story) -> None:
    COUNTS[state["slug"]] = COUNTS.get(state["slug"], 0) + 1


def build():
    builder = StateGraph(Story)
    builder.add_node("check", check)
    builder.add_node("publish", publish)
    builder.add_node("archive", archive)
    builder.add_node("count", count)
    builder.add_edge(START, "check")
    builder.add_edge("check", "publish")
    builder.add_edge("check", "archive")
    builder.add_edge("publish", "count")
    return builder.compile()


graph = build()

INPUTS = [{"title": "Old Bridge closed"}]
