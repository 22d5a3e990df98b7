"""Orders with a second pair of eyes: a subgraph asks, the parent notes what was asked."""

from typing import TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import GraphInterrupt
from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt

ASKED: list[str] = []  # what the dashboard shows


class Order(TypedDict, total=False):
    item: str
    amount: int
    approved: bool
    result: str


def ask(state: Order) -> Order:
    answer = interrupt(f"order {state['amount']} {state['item']}?")
    return {"approved": answer == "yes"}


asking = StateGraph(Order)
asking.add_node("ask", ask)
asking.add_edge(START, "ask")
asking.add_edge("ask", END)
asker = asking.compile()


def approve(state: Order) -> Order:
    try:
        return {"approved": asker.invoke(state)["approved"]}
    except GraphInterrupt as pause:
        for question in pause.args[0]:
            if question.value:
                ASKED.append(question.value)
        raise


def place(state: Order) -> Order:
    return {"result": f"{state['amount']} {state['item']}" if state["approved"] else "refused"}


builder = StateGraph(Order)
builder.add_node("approve", approve)
builder.add_node("place", place)
builder.add_edge(START, "approve")
builder.add_edge("approve", "place")
builder.add_edge("place", END)
graph = builder.compile(checkpointer=InMemorySaver())
