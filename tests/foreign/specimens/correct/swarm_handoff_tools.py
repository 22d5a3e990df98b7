"""Two agents share a chat; tools hand it over with a command to the parent graph."""

from typing import Annotated

from langchain_core.language_models.fake_chat_models import FakeMessagesListChatModel
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import InjectedToolCallId, tool
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import InjectedState, create_react_agent
from langgraph.types import Command


class ScriptedModel(FakeMessagesListChatModel):
    def bind_tools(self, tools, **kwargs):
        return self


def handoff_to(agent: str):
    @tool(f"to_{agent}", description=f"Hand the chat over to {agent}.")
    def hand_over(
        state: Annotated[MessagesState, InjectedState],
        tool_call_id: Annotated[str, InjectedToolCallId],
    ) -> Command:
        note = ToolMessage(f"over to {agent}", tool_call_id=tool_call_id)
        return Command(
            goto=agent,
            graph=Command.PARENT,
            update={"messages": [*state["messages"], note], "active": agent},
        )

    return hand_over


class Swarm(MessagesState):
    active: str


def call(name: str) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": {}, "id": "1"}])


flights = create_react_agent(
    ScriptedModel(responses=[call("to_hotels")]), [handoff_to("hotels")], name="flights"
)
hotels = create_react_agent(
    ScriptedModel(responses=[AIMessage("The Astoria has a room.")]),
    [handoff_to("flights")],
    name="hotels",
)


def who(state: Swarm) -> str:
    return state.get("active", "flights")


builder = StateGraph(Swarm)
builder.add_node("flights", flights, destinations=("hotels",))
builder.add_node("hotels", hotels, destinations=("flights",))
builder.add_conditional_edges(START, who, ["flights", "hotels"])
graph = builder.compile()

INPUTS = [{"messages": [HumanMessage("I need a bed in Riga.")]}]
