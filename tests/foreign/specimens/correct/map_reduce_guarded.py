"""Meeting minutes: every speaker is summarised alone; a silent meeting has its own ending."""

import operator
from typing import Annotated, Literal

from langgraph.graph import END, START, StateGraph
from langgraph.types import Send
from pydantic import BaseModel


class Said(BaseModel):
    speaker: str
    text: str


class Minutes(BaseModel):
    said: list[Said] = []
    summaries: Annotated[list[str], operator.add] = []
    minutes: str = ""


class OneSpeaker(BaseModel):
    speaker: str
    texts: list[str]


def summarise(one: OneSpeaker) -> dict:
    return {"summaries": [f"{one.speaker}: {len(one.texts)}"]}


def write(state: Minutes) -> dict:
    return {"minutes": ", ".join(sorted(state.summaries))}


def silent(state: Minutes) -> dict:
    return {"minutes": "nobody spoke"}


def each_speaker(state: Minutes) -> list[Send] | Literal["silent"]:
    if not state.said:
        return "silent"
    texts: dict[str, list[str]] = {}
    for each in state.said:
        texts.setdefault(each.speaker, []).append(each.text)
    return [Send("summarise", OneSpeaker(speaker=who, texts=what)) for who, what in texts.items()]


builder = StateGraph(Minutes)
builder.add_node("summarise", summarise)
builder.add_node("write", write)
builder.add_node("silent", silent)
builder.add_conditional_edges(START, each_speaker, ["summarise", "silent"])
builder.add_edge("summarise", "write")
builder.add_edge("write", END)
builder.add_edge("silent", END)
graph = builder.compile()

INPUTS = [
    {
        "said": [
            {"speaker": "Ada", "text": "Hi"},
            {"speaker": "Bob", "text": "Hi"},
            {"speaker": "Ada", "text": "Bye"},
        ]
    },
    {"said": []},
]
