"""Agent of 2023 that looks up stock prices, one tool call a round."""

import operator
from collections.abc import Sequence
from typing import Annotated, TypedDict

from langchain_core.messages import BaseMessage, HumanMessage
from langchain_core.tools import tool
from langgraph.graph import END, StateGraph
from langgraph.prebuilt import ToolExecutor, ToolInvocation


@tool
def stock_price(ticker: str) -> float:
    """The price of a share."""
    return 10.0 * len(ticker)


class AgentState(TypedDict):
    messages: Annotated[Sequence[BaseMessage], operator.add]


executor = ToolExecutor([stock_price])


def call_tool(state: AgentState) -> dict:
    ticker = state["messages"][-1].content.split()[-1]
    price = executor.invoke(ToolInvocation(tool="stock_price", tool_input={"ticker": ticker}))
    return {"messages": [HumanMessage(f"{ticker} costs {price}")]}


def summarise(state: AgentState) -> dict:
    return {"messages": [HumanMessage(f"{len(state['messages'])} messages so far")]}


workflow = StateGraph(AgentState)
workflow.add_node("action", call_tool)
workflow.add_node("summarise", summarise)
workflow.set_entry_point("action")
workflow.add_edge("action", "summarise")
workflow.add_edge("summarise", END)
app = workflow.compile()

INPUTS = [{"messages": [HumanMessage("price of ACME")]}]
# fault: gone-name at line 10
