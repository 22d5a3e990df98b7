"""Proofreading in rounds: three at most, then the text goes out as it is."""

from dataclasses import dataclass

from langgraph.graph import END, START, StateGraph


@dataclass
class Proof:
    text: str
    typos: int = 0
    rounds: int = 0
    note: str = ""


def count_round(state: Proof) -> dict:
    return {"rounds": state.rounds + 1}


def find_typos(state: Proof) -> Proof:
    typos = sum(word in state.text for word in ("teh", "adn", "hte"))
    return Proof(text=state.text, typos=typos)


def mend(state: Proof) -> dict:
    return {"text": state.text.replace("teh", "the", 1)}


def release(state: Proof) -> dict:
    return {"note": f"{state.typos} typos left after {state.rounds} rounds"}


def go_on(state: Proof) -> str:
    if state.typos == 0 or state.rounds >= 3:
        return "release"
    return "mend"


builder = StateGraph(Proof)
builder.add_node("count_round", count_round)
builder.add_node("find_typos", find_typos)
builder.add_node("mend", mend)
builder.add_node("release", release)
builder.add_edge(START, "count_round")
builder.add_edge("count_round", "find_typos")
builder.add_conditional_edges("find_typos", go_on, {"release": "release", "mend": "mend"})
builder.add_edge("mend", "count_round")
builder.add_edge("release", END)
graph = builder.compile()
