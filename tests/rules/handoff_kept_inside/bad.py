"""Two agents share a chat and hand it to one another: one for flights, one for hotels."""

from typing import Annotated

from langchain_core.language_models.fake_chat_models import FakeMessagesListChatModel
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import InjectedToolCallId, tool
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from langgraph.types import Command


@tool
def to_hotels(tool_call_id: Annotated[str, InjectedToolCallId]) -> Command:
    """Hand the traveller over to the hotel agent."""
    note = ToolMessage("The hotel agent takes over.", tool_call_id=tool_call_id)
    return Command(goto="hotels", update={"messages": [note]})


flights_model = FakeMessagesListChatModel(
    responses=[AIMessage("", tool_calls=[{"name": "to_hotels", "args": {}, "id": "1"}])]
)


def ask_flights(state: MessagesState) -> dict:
    return {"messages": [flights_model.invoke(state["messages"])]}


def wants_tool(state: MessagesState) -> str:
    return "tools" if state["messages"][-1].tool_calls else END


def flight_agent():
    agent = StateGraph(MessagesState)
    agent.add_node("model", ask_flights)
    agent.add_node("tools", ToolNode([to_hotels]))
    agent.add_edge(START, "model")
    agent.add_conditional_edges("model", wants_tool, ["tools", END])
    return agent.compile(name="flights")


def hotels(state: MessagesState) -> dict:
    return {"messages": [AIMessage("The Astoria has a room.", name="hotels")]}


builder = StateGraph(MessagesState)
builder.add_node("flights", flight_agent(), destinations=("hotels",))
builder.add_node("hotels", hotels)
builder.add_edge(START, "flights")
builder.add_edge("hotels", END)
graph = builder.compile()
