"""A supervisor hands a research question to its team until the report stands."""

from langchain_core.messages import AIMessage, HumanMessage
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import Command

MAX_ROUNDS = 4


class Team(MessagesState):
    rounds: int
    findings: list[str]
    report: str


def supervisor(state: Team) -> Command:
    rounds = state.get("rounds", 0) + 1
    if rounds > MAX_ROUNDS or state.get("report"):
        return Command(update={"rounds": rounds}, goto="__end__")
    if not state.get("findings"):
        return Command(update={"rounds": rounds}, goto="researcher")
    return Command(update={"rounds": rounds}, goto="report_writer")


def researcher(state: Team) -> dict:
    question = state["messages"][0].content
    return {
        "findings": [f"three papers on {question}"],
        "messages": [AIMessage("Found three papers.", name="researcher")],
    }


def writer(state: Team) -> dict:
    report = "Report: " + ", ".join(state["findings"])
    return {"report": report, "messages": [AIMessage(report, name="writer")]}


builder = StateGraph(Team)
builder.add_node("supervisor", supervisor)
builder.add_node("researcher", researcher)
builder.add_node("writer", writer)
builder.add_edge(START, "supervisor")
builder.add_edge("researcher", "supervisor")
builder.add_edge("writer", "supervisor")
graph = builder.compile(name="research-team")

INPUTS = [{"messages": [HumanMessage("coral bleaching")]}]
# fault: unknown-target at line 22
