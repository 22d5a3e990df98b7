"""A ready-made agent stands as a node between a greeting and a signature."""

from langchain_core.language_models.fake_chat_models import FakeMessagesListChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.tools import tool
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import create_react_agent


class ScriptedModel(FakeMessagesListChatModel):
    def bind_tools(self, tools, **kwargs):
        return self


@tool
def weather(city: str) -> str:
    """The weather of a city."""
    return f"sun in {city}"


model = ScriptedModel(
    responses=[
        AIMessage("", tool_calls=[{"name": "weather", "args": {"city": "Nice"}, "id": "1"}]),
        AIMessage("It is sunny in Nice."),
    ]
)


class Desk(MessagesState):
    city: str


def ask(state: Desk) -> dict:
    return {"messages": [HumanMessage(f"How is the weather in {state['city']}?")]}


def sign(state: Desk) -> dict:
    return {"messages": [AIMessage("Your travel desk")]}


builder = StateGraph(Desk)
builder.add_node("ask", ask)
builder.add_node("forecaster", create_react_agent(model, [weather], prompt="Be brief."))
builder.add_node("sign", sign)
builder.add_edge(START, "ask")
builder.add_edge("ask", "forecaster")
builder.add_edge("forecaster", "sign")
builder.add_edge("sign", END)
graph = builder.compile()

INPUTS = [{"messages": [], "city": "Nice"}]
