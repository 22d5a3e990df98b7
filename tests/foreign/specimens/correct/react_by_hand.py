"""The agent loop, written out: model, tools, model, until no tool is asked for."""

from langchain_core.language_models.fake_chat_models import FakeMessagesListChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.tools import tool
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition


@tool
def stock(ticker: str) -> float:
    """The price of a share."""
    return 10.0 * len(ticker)


def call(ticker: str, call_id: str) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": "stock", "args": {"ticker": ticker}, "id": call_id}])


model = FakeMessagesListChatModel(
    responses=[call("ACME", "1"), call("ZZ", "2"), AIMessage("ACME is dearer.")]
)


def agent(state: MessagesState) -> dict:
    return {"messages": [model.invoke(state["messages"])]}


def build():
    flow = StateGraph(MessagesState)
    flow.add_node("agent", agent)
    flow.add_node("tools", ToolNode([stock]))
    flow.add_edge(START, "agent")
    flow.add_conditional_edges("agent", tools_condition)
    flow.add_edge("tools", "agent")
    return flow.compile()


graph = build()

INPUTS = [{"messages": [HumanMessage("ACME or ZZ?")]}]
