"""Glossary bot: terms are looked up and explained; at start it logs which keys its state has."""

import logging
from typing import TypedDict

from langgraph.graph import END, START, StateGraph

log = logging.getLogger(__name__)
TERMS = {"api": "a way for programs to talk", "ide": "an editor that knows your code"}


class Glossary(TypedDict, total=False):
    text: str
    found: list[str]
    explained: str


def look_up(state: Glossary) -> Glossary:
    words = state["text"].lower().replace("?", "").split()
    return {"found": [word for word in words if word in TERMS]}


def explain(state: Glossary) -> Glossary:
    return {"explained": "; ".join(f"{term}: {TERMS[term]}" for term in state["found"])}


def apologise(state: Glossary) -> Glossary:
    return {"explained": "I know none of these words."}


def any_found(state: Glossary) -> bool:
    return bool(state["found"])


def build():
    builder = StateGraph(Glossary)
    builder.add_node("look_up", look_up)
    builder.add_node("explain", explain)
    builder.add_node("apologise", apologise)
    builder.add_edge(START, "look_up")
    builder.add_conditional_edges("look_up", any_found, {True: "explain", False: "apologise"})
    builder.add_edge("explain", END)
    builder.add_edge("apologise", END)
    log.info("state: %s", list(builder.schema.__annotations__))
    return builder.compile()


graph = build()

INPUTS = [{"text": "What is an API?"}]
# fault: gone-name at line 44
