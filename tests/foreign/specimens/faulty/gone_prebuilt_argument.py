"""Weather agent, made with the ready-made loop, as a node of the travel desk."""

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


class TravelDesk(MessagesState):
    city: str


def greet(state: TravelDesk) -> dict:
    return {"messages": [HumanMessage(f"How is the weather in {state['city']}?")]}


def build():
    weather_agent = create_react_agent(
        model,
        [weather],
        state_modifier="You are a weather forecaster.",
        name="weather_agent",
    )
    builder = StateGraph(TravelDesk)
    builder.add_node("greet", greet)
    builder.add_node("weather_agent", weather_agent)
    builder.add_edge(START, "greet")
    builder.add_edge("greet", "weather_agent")
    builder.add_edge("weather_agent", END)
    return builder.compile()


graph = build()

INPUTS = [{"messages": [], "city": "Nice"}]
# fault: gone-name at line 41
