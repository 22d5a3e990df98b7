"""Greeting: nobody has to give a title or a language; what is missing has a default."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph


class Greeting(TypedDict, total=False):
    name: str
    title: str
    language: str
    history: list[str]
    greeting: str


HELLO = {"de": "Guten Tag", "fr": "Bonjour"}


def greet(state: Greeting) -> Greeting:
    hello = HELLO.get(state.get("language", "en"), "Hello")
    title = state.get("title")
    name = state.get("name") or "stranger"
    full = f"{title} {name}" if title is not None else name
    return {"greeting": f"{hello}, {full}!"}


def note(state: Greeting) -> Greeting:
    history = list(state.get("history", []))
    if "name" in state:
        history.append(state["name"])
    return {"history": history}


def known_before(state: Greeting) -> bool:
    return state.get("name") in state.get("history", [])


def back_again(state: Greeting) -> Greeting:
    return {"greeting": f"{state['greeting']} Nice to see you again."}


builder = StateGraph(Greeting)
builder.add_node("greet", greet)
builder.add_node("back_again", back_again)
builder.add_node("note", note)
builder.add_edge(START, "greet")
builder.add_conditional_edges("greet", known_before, {True: "back_again", False: "note"})
builder.add_edge("back_again", END)
builder.add_edge("note", END)
graph = builder.compile()

INPUTS = [{}, {"name": "Kim", "title": "Dr", "language": "fr", "history": ["Kim"]}]
