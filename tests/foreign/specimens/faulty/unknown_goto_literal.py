"""Two agents in a swarm: sales and support pass a customer on to one another by commands."""

from typing import Literal

from langchain_core.messages import AIMessage, HumanMessage
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.types import Command


class Swarm(MessagesState):
    passed_on: int


def sales(state: Swarm) -> Command[Literal["suport", "__end__"]]:
    text = state["messages"][-1].content
    if "broken" in text and state.get("passed_on", 0) < 2:
        return Command(goto="support", update={"passed_on": state.get("passed_on", 0) + 1})
    return Command(goto=END, update={"messages": [AIMessage("We have a new model.")]})


def support(state: Swarm) -> Command[Literal["sales", "__end__"]]:
    text = state["messages"][-1].content
    if "buy" in text and state.get("passed_on", 0) < 2:
        return Command(goto="sales", update={"passed_on": state.get("passed_on", 0) + 1})
    return Command(goto=END, update={"messages": [AIMessage("Please switch it off and on.")]})


def first(state: Swarm) -> Literal["sales", "support"]:
    return "sales" if "buy" in state["messages"][-1].content else "support"


swarm = StateGraph(Swarm)
swarm.add_node("sales", sales)
swarm.add_node("support", support)
swarm.add_conditional_edges(START, first)
graph = swarm.compile()

INPUTS = [{"messages": [HumanMessage("I buy nothing, mine is broken")]}]
# fault: unknown-target at line 14
