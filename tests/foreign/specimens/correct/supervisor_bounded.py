"""A supervisor hands a question round its team, a few rounds at most, and then sums up."""

from typing import Literal

from langchain_core.messages import AIMessage, HumanMessage
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.types import Command

TEAM = ("researcher", "critic")
MAX_ROUNDS = 4


class Team(MessagesState):
    rounds: int


def supervisor(state: Team) -> Command[Literal["researcher", "critic", "__end__"]]:
    rounds = state.get("rounds", 0)
    if rounds >= MAX_ROUNDS or state["messages"][-1].text == "sound":
        return Command(goto=END, update={"messages": [AIMessage(f"done after {rounds}")]})
    return Command(goto=TEAM[rounds % 2], update={"rounds": rounds + 1})


def researcher(state: Team) -> Command[Literal["supervisor"]]:
    return Command(goto="supervisor", update={"messages": [AIMessage("three papers")]})


def critic(state: Team) -> Command[Literal["supervisor"]]:
    verdict = "sound" if len(state["messages"]) > 3 else "more, please"
    return Command(goto="supervisor", update={"messages": [AIMessage(verdict)]})


builder = StateGraph(Team)
builder.add_node(supervisor)
builder.add_node(researcher)
builder.add_node(critic)
builder.add_edge(START, "supervisor")
graph = builder.compile(name="team")

INPUTS = [{"messages": [HumanMessage("coral")]}]
