"""Proofreading in rounds: nodes return the whole object, with every field that they keep."""

from dataclasses import dataclass, replace

from langgraph.graph import END, START, StateGraph


@dataclass(frozen=True)
class Proof:
    text: str
    typos: int = 0
    rounds: int = 0
    note: str = ""


TYPOS = {"teh": "the", "adn": "and"}


def find(state: Proof) -> Proof:
    typos = sum(state.text.count(typo) for typo in TYPOS)
    return replace(state, typos=typos, rounds=state.rounds + 1)


def mend(state: Proof) -> Proof:
    typo = next(typo for typo in TYPOS if typo in state.text)
    return replace(state, text=state.text.replace(typo, TYPOS[typo], 1))


def release(state: Proof) -> Proof:
    return replace(state, note=f"{state.typos} typos after {state.rounds} rounds")


def go_on(state: Proof) -> str:
    return "release" if state.typos == 0 or state.rounds >= 3 else "mend"


builder = StateGraph(Proof)
builder.add_node("find", find)
builder.add_node("mend", mend)
builder.add_node("release", release)
builder.add_edge(START, "find")
builder.add_conditional_edges("find", go_on, ["release", "mend"])
builder.add_edge("mend", "find")
builder.add_edge("release", END)
graph = builder.compile()

INPUTS = [{"text": "teh bread adn butter"}, {"text": "teh teh teh teh"}]
