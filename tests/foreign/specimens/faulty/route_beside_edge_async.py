"""Chat with a guard: what is unsafe is refused, the rest is answered by the model."""

from typing import Literal

from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.graph import END, START, MessagesState, StateGraph

model = FakeListChatModel(responses=["Here is how it is done."])
BLOCKED = ("explosive", "poison")


class Guarded(MessagesState):
    safe: bool


async def guard(state: Guarded) -> dict:
    text = state["messages"][-1].content.lower()
    return {"safe": not any(word in text for word in BLOCKED)}


async def answer(state: Guarded) -> dict:
    reply = await model.ainvoke(state["messages"])
    return {"messages": [reply]}


async def refuse(state: Guarded) -> dict:
    return {"messages": [AIMessage("I can't help with that.")]}


def is_safe(state: Guarded) -> Literal["answer", "refuse"]:
    return "answer" if state["safe"] else "refuse"


graph_builder = StateGraph(Guarded)
graph_builder.add_node("guard", guard)
graph_builder.add_node("answer", answer)
graph_builder.add_node("refuse", refuse)
graph_builder.add_edge(START, "guard")
graph_builder.add_conditional_edges("guard", is_safe)
graph_builder.add_edge("guard", "answer")
graph_builder.add_edge("answer", END)
graph_builder.add_edge("refuse", END)
graph = graph_builder.compile()

INPUTS = [{"messages": [HumanMessage("How do I mix an explosive?")]}]
# fault: route-beside-edge at line 41
