"""Account research: three sources are asked at once, then a briefing is written."""

import operator
from collections.abc import Callable
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph


class Briefing(TypedDict):
    company: str
    facts: Annotated[list[str], operator.add]
    source: str
    summary: str


NEWS = {"Acme": "opens a plant in Graz"}
FILINGS = {"Acme": "revenue up by 12 %"}
JOBS = {"Acme": "looks for 40 welders"}


def lookup(kind: str, table: dict[str, str]) -> Callable[[Briefing], dict]:
    def ask(state: Briefing) -> dict:
        found = table.get(state["company"])
        if found is None:
            return {"facts": []}
        return {"facts": [f"{kind}: {found}"], "source": kind}

    return ask


def summarise(state: Briefing) -> dict:
    lines = "; ".join(sorted(state["facts"]))
    return {"summary": f"{state['company']} ({state.get('source', 'no source')}): {lines}"}


def build():
    flow = StateGraph(Briefing)
    flow.add_node("news", lookup("news", NEWS))
    flow.add_node("filings", lookup("filings", FILINGS))
    flow.add_node("jobs", lookup("jobs", JOBS))
    flow.add_node("summarise", summarise)
    for source in ("news", "filings", "jobs"):
        flow.add_edge(START, source)
    flow.add_edge(["news", "filings", "jobs"], "summarise")
    flow.add_edge("summarise", END)
    return flow.compile()


graph = build()

INPUTS = [{"company": "Acme"}]
# fault: parallel-write at line 27
