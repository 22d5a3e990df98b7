"""Story writer: drafts until the critic is content."""

import operator
from typing import Annotated, TypedDict

from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langgraph.graph import END, START, StateGraph

writer_model = FakeListChatModel(responses=["Once upon a time", "It was a dark night"])
critic_model = FakeListChatModel(responses=["too short", "too dull", "no plot"])


class Story(TypedDict):
    topic: str
    drafts: Annotated[list[str], operator.add]
    criticism: str
    final: str


def write(state: Story) -> dict:
    draft = writer_model.invoke(f"{state['topic']}, but not {state.get('criticism', 'boring')}")
    return {"drafts": [draft.content]}


def criticise(state: Story) -> dict:
    return {"criticism": critic_model.invoke(state["drafts"][-1]).content}


def finish(state: Story) -> dict:
    return {"final": state["drafts"][-1]}


def content(state: Story) -> str:
    return "finish" if state["criticism"] == "good" else "write"


builder = StateGraph(Story)
builder.add_node("write", write)
builder.add_node("criticise", criticise)
builder.add_node("finish", finish)
builder.add_edge(START, "write")
builder.add_edge("write", "criticise")
builder.add_conditional_edges("criticise", content, ["finish", "write"])
builder.add_edge("finish", END)
graph = builder.compile()

INPUTS = [{"topic": "a lighthouse"}]
# fault: loop-without-bound at line 43
