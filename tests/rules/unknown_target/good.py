"""IT help: password questions are handled by the bot, outages by the hotline."""

import logging
from typing import TypedDict

from langgraph.graph import END, StateGraph

log = logging.getLogger(__name__)


class HelpState(TypedDict, total=False):
    question: str
    kind: str
    answer: str


def classify(state: HelpState) -> HelpState:
    question = state["question"].lower()
    for word, kind in (("password", "password"), ("down", "outage"), ("slow", "outage")):
        if word in question:
            return {"kind": kind}
    return {"kind": "other"}


def reset_password(state: HelpState) -> HelpState:
    log.info("reset link sent")
    return {"answer": "We have sent you a link."}


def hotline(state: HelpState) -> HelpState:
    return {"answer": "Our hotline is informed: 0800 1234."}


def fallback(state: HelpState) -> HelpState:
    return {"answer": "Please rephrase your question."}


def route(state: HelpState) -> str:
    if state["kind"] == "password":
        return "reset_password"
    if state["kind"] == "outage":
        return "hotline"
    return "fallback"


def build():
    workflow = StateGraph(HelpState)
    workflow.add_node("classify", classify)
    workflow.add_node("reset_password", reset_password)
    workflow.add_node("hotline", hotline)
    workflow.add_node("fallback", fallback)
    workflow.set_entry_point("classify")
    workflow.add_conditional_edges("classify", route)
    for last in ("reset_password", "hotline", "fallback"):
        workflow.add_edge(last, END)
    return workflow.compile()


graph = build()
