"""Support answers: a retrieval graph of its own is asked from a node, its sources are cited."""

import operator
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph

PAGES = {"refund": "Refunds take five days.", "login": "Use the reset link."}


class SearchInput(TypedDict):
    query: str


class SearchOutput(TypedDict):
    passages: Annotated[list[str], operator.add]


class Search(SearchInput, SearchOutput):
    words: list[str]


def split_words(state: Search) -> dict:
    return {"words": state["query"].lower().replace("?", "").split()}


def find_pages(state: Search) -> dict:
    return {"passages": [PAGES[word] for word in state["words"] if word in PAGES]}


search_flow = StateGraph(Search, input_schema=SearchInput, output_schema=SearchOutput)
search_flow.add_sequence([split_words, find_pages])
search_flow.add_edge(START, "split_words")
search_flow.add_edge("find_pages", END)
search = search_flow.compile(name="search")


class Support(TypedDict, total=False):
    question: str
    sources: list[str]
    answer: str


def retrieve(state: Support) -> Support:
    found = search.invoke({"query": state["question"]})
    return {"sources": found["documents"]}


def answer(state: Support) -> Support:
    return {"answer": " ".join(state["sources"]) or "We write back by mail."}


builder = StateGraph(Support)
builder.add_node("retrieve", retrieve)
builder.add_node("answer", answer)
builder.add_edge(START, "retrieve")
builder.add_edge("retrieve", "answer")
builder.add_edge("answer", END)
graph = builder.compile()
