"""Essay coach: a critic graph of its own reads the essay, the coach passes its advice on."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph


class Critique(TypedDict, total=False):
    essay: str
    weak: list[str]
    feedback: str


def find_weak(state: Critique) -> Critique:
    words = state["essay"].split()
    return {"weak": [word for word in words if word in {"very", "really", "nice"}]}


def advise(state: Critique) -> Critique:
    return {"feedback": f"drop {len(state['weak'])} weak words"}


critic = StateGraph(Critique)
critic.add_node("find_weak", find_weak)
critic.add_node("advise", advise)
critic.add_edge(START, "find_weak")
critic.add_edge("find_weak", "advise")
critic.add_edge("advise", END)


class Essay(TypedDict, total=False):
    title: str
    essay: str
    feedback: str


def prepare(state: Essay) -> Essay:
    return {"essay": state["essay"].lower()}


def coach(state: Essay) -> Essay:
    return {"feedback": f"{state['title']}: {state.get('feedback', 'well done')}"}


builder = StateGraph(Essay)
builder.add_node("prepare", prepare)
builder.add_node("critic", critic.compile())
builder.add_node("coach", coach)
builder.add_edge(START, "prepare")
builder.add_edge("prepare", "critic")
builder.add_edge("critic", "coach")
builder.add_edge("coach", END)
graph = builder.compile()
