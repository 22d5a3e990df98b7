"""Bank agent: the ready-made loop with the customer's id in its state, behind a greeting."""

from typing import Annotated, TypedDict

from langchain_core.language_models.fake_chat_models import FakeMessagesListChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langchain_core.tools import tool
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.prebuilt import InjectedState, create_react_agent


class ScriptedModel(FakeMessagesListChatModel):
    def bind_tools(self, tools, **kwargs):
        return self


class BankState(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]
    customer: str


@tool
def balance(customer: Annotated[str, InjectedState("customer")]) -> str:
    """The balance of the customer's account."""
    return f"{customer}: 120 EUR"


model = ScriptedModel(
    responses=[
        AIMessage("", tool_calls=[{"name": "balance", "args": {}, "id": "1"}]),
        AIMessage("You have 120 EUR."),
    ]
)


def greet(state: BankState) -> dict:
    return {"messages": [AIMessage(f"Hello {state['customer']}.")]}


agent = create_react_agent(model, [balance], state_schema=BankState)

builder = StateGraph(BankState)
builder.add_node("greet", greet)
builder.add_node("agent", agent)
builder.add_edge(START, "greet")
builder.add_edge("greet", "agent")
builder.add_edge("agent", END)
graph = builder.compile()

INPUTS = [{"messages": [HumanMessage("How much have I?")], "customer": "C-7"}]
# fault: prebuilt-state-lacks-key at line 18
