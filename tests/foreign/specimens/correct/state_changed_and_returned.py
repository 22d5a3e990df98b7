"""Mail merge in the plain style: every node changes the state that it is given and returns it."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph


class Mail(TypedDict, total=False):
    template: str
    names: list[str]
    mails: list[str]
    errors: int
    report: str


def check(state: Mail) -> Mail:
    state["errors"] = sum(not name.strip() for name in state["names"])
    state["names"] = [name for name in state["names"] if name.strip()]
    return state


def merge(state: Mail) -> Mail:
    state["mails"] = []
    for name in state["names"]:
        state["mails"].append(state["template"].format(name=name))
    return state


def report(state: Mail) -> Mail:
    state.update(report=f"{len(state['mails'])} mails, {state['errors']} without a name")
    return state


builder = StateGraph(Mail)
builder.add_node("check", check)
builder.add_node("merge", merge)
builder.add_node("write_report", report)
builder.add_edge(START, "check")
builder.add_edge("check", "merge")
builder.add_edge("merge", "write_report")
builder.add_edge("write_report", END)
graph = builder.compile()

INPUTS = [{"template": "Dear {name}", "names": ["Kim", " ", "Sam"]}]
