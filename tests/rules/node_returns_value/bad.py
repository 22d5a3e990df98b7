"""Haiku machine: a topic is looked up, a poem is written, its lines are counted."""

from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict

model = FakeListChatModel(responses=["old silent pond\na frog jumps in\nsplash"])
prompt = ChatPromptTemplate.from_template("A haiku on {topic}, season {season}")
SEASONS = {"frog": "spring", "snow": "winter"}


class Poem(TypedDict, total=False):
    topic: str
    season: str
    poem: str
    lines: int


def look_up(state: Poem) -> Poem:
    return {"season": SEASONS.get(state["topic"], "autumn")}


def count(state: Poem) -> Poem:
    return {"lines": len(state["poem"].splitlines())}


def build():
    flow = StateGraph(Poem)
    flow.add_node("look_up", look_up)
    flow.add_node("write", prompt | model | StrOutputParser())
    flow.add_node("count", count)
    flow.add_edge(START, "look_up")
    flow.add_edge("look_up", "write")
    flow.add_edge("write", "count")
    flow.add_edge("count", END)
    return flow.compile()


graph = build()
