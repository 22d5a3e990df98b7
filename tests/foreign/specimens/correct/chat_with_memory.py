"""Chat that remembers: the model sees the whole thread, the state is LangGraph's own."""

from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.messages import HumanMessage, SystemMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph

model = FakeListChatModel(responses=["Hello Kim.", "You are Kim."])
RULES = SystemMessage("You are polite.")


def chatbot(state: MessagesState) -> dict:
    return {"messages": [model.invoke([RULES, *state["messages"]])]}


graph = (
    StateGraph(MessagesState)
    .add_node("chatbot", chatbot)
    .add_edge(START, "chatbot")
    .compile(checkpointer=InMemorySaver())
)

INPUTS = [
    {"messages": [HumanMessage("I am Kim.")]},
    {"messages": [HumanMessage("Who am I?")]},
]
