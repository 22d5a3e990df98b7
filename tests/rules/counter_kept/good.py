"""SQL helper: a query is written, run and mended up to three times."""

from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.memory import MemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph

MAX_ATTEMPTS = 3
BROKEN_UNTIL = 3  # the fake database takes the third version of a query


class SqlState(MessagesState):
    attempts: int
    ok: bool


def write_query(state: SqlState) -> dict:
    attempts = state.get("attempts", 0) + 1
    question = [m.content for m in state["messages"] if isinstance(m, HumanMessage)][-1]
    return {"attempts": attempts, "messages": [AIMessage(f"SELECT {question} -- v{attempts}")]}


def run_query(state: SqlState) -> dict:
    return {"ok": state["attempts"] == BROKEN_UNTIL}


def answer(state: SqlState) -> dict:
    return {"messages": [AIMessage("42 rows")], "attempts": 0}


def give_up(state: SqlState) -> dict:
    return {"messages": [AIMessage("I could not write that query.")], "attempts": 0}


def next_step(state: SqlState) -> str:
    if state["ok"]:
        return "answer"
    if state["attempts"] >= MAX_ATTEMPTS:
        return "give_up"
    return "write_query"


workflow = StateGraph(SqlState)
workflow.add_node("write_query", write_query)
workflow.add_node("run_query", run_query)
workflow.add_node("answer", answer)
workflow.add_node("give_up", give_up)
workflow.add_edge(START, "write_query")
workflow.add_edge("write_query", "run_query")
workflow.add_conditional_edges("run_query", next_step, ["answer", "give_up", "write_query"])
workflow.add_edge("answer", END)
workflow.add_edge("give_up", END)
graph = workflow.compile(checkpointer=MemorySaver())
