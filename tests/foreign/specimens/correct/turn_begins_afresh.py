"""SQL helper on a thread: a first node clears what the last question has left behind."""

from langchain_core.messages import AIMessage, HumanMessage, RemoveMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.graph.message import REMOVE_ALL_MESSAGES

MAX_ATTEMPTS = 3


class SqlState(MessagesState):
    attempts: int
    ok: bool
    error: str | None


def begin(state: SqlState) -> dict:
    question = state["messages"][-1]
    fresh = [RemoveMessage(id=REMOVE_ALL_MESSAGES), question]
    return {"attempts": 0, "ok": False, "error": None, "messages": fresh}


def write_query(state: SqlState) -> dict:
    attempts = state["attempts"] + 1
    question = state["messages"][0].text
    return {"attempts": attempts, "messages": [AIMessage(f"SELECT {question} -- v{attempts}")]}


def run_query(state: SqlState) -> dict:
    ok = state["attempts"] == 2
    return {"ok": ok, "error": None if ok else "syntax"}


def answer(state: SqlState) -> dict:
    return {"messages": [AIMessage("42 rows" if state["ok"] else f"failed: {state['error']}")]}


def next_step(state: SqlState) -> str:
    return "answer" if state["ok"] or state["attempts"] >= MAX_ATTEMPTS else "write_query"


builder = StateGraph(SqlState)
builder.add_sequence([begin, write_query, run_query])
builder.add_node("answer", answer)
builder.add_edge(START, "begin")
builder.add_conditional_edges("run_query", next_step, ["answer", "write_query"])
builder.add_edge("answer", END)
graph = builder.compile(checkpointer=InMemorySaver())

INPUTS = [{"messages": [HumanMessage("orders")]}, {"messages": [HumanMessage("customers")]}]
