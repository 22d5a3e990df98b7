"""Support: the search has a state of its own; the node that asks it translates both ways."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph

PAGES = {"refund": "Refunds take five days.", "login": "Use the reset link."}


class Search(TypedDict, total=False):
    query: str
    words: list[str]
    passages: list[str]


class Support(TypedDict, total=False):
    question: str
    sources: list[str]
    answer: str


def split_words(state: Search) -> Search:
    return {"words": state["query"].lower().strip("?").split()}


def find(state: Search) -> Search:
    return {"passages": [PAGES[word] for word in state["words"] if word in PAGES]}


search = (
    StateGraph(Search)
    .add_sequence([split_words, find])
    .add_edge(START, "split_words")
    .add_edge("find", END)
    .compile(name="search")
)


def retrieve(state: Support) -> Support:
    found = search.invoke({"query": state["question"]})
    return {"sources": found["passages"]}


def answer(state: Support) -> Support:
    return {"answer": " ".join(state["sources"]) or "We will write to you."}


builder = StateGraph(Support)
builder.add_node("retrieve", retrieve)
builder.add_node("answer", answer)
builder.add_edge(START, "retrieve")
builder.add_edge("retrieve", "answer")
builder.add_edge("answer", END)
graph = builder.compile()

INPUTS = [{"question": "How do I login?"}, {"question": "Who are you?"}]
