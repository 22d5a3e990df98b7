"""Candidate check: the quick check and the thorough one run side by side, HR sees the status."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph


class Candidate(TypedDict, total=False):
    name: str
    criminal_record: bool
    diploma: str
    status: str
    mail: str


def receive(state: Candidate) -> Candidate:
    return {"name": state["name"].title()}


def check_record(state: Candidate) -> Candidate:
    return {"status": "blocked" if state["criminal_record"] else "clear"}


def call_university(state: Candidate) -> Candidate:
    return {"diploma": state.get("diploma", "unknown").lower()}


def judge_diploma(state: Candidate) -> Candidate:
    return {"status": "clear" if state["diploma"] != "unknown" else "incomplete"}


def tell_hr(state: Candidate) -> Candidate:
    return {"mail": f"{state['name']} is {state['status']}"}


builder = StateGraph(Candidate)
builder.add_node("receive", receive)
builder.add_node("check_record", check_record)
builder.add_node("call_university", call_university)
builder.add_node("judge_diploma", judge_diploma)
builder.add_node("tell_hr", tell_hr)
builder.add_edge(START, "receive")
builder.add_edge("receive", "check_record")
builder.add_edge("receive", "call_university")
builder.add_edge("call_university", "judge_diploma")
builder.add_edge(["check_record", "judge_diploma"], "tell_hr")
builder.add_edge("tell_hr", END)
graph = builder.compile()

INPUTS = [{"name": "eve smith", "criminal_record": True, "diploma": "BSc"}]
# fault: later-writer-wins at line 29
