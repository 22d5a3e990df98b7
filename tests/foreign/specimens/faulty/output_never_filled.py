"""Contract review: clauses are found, each is rated, the caller gets a verdict with its reasons."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph


class ReviewInput(TypedDict):
    contract: str


class ReviewOutput(TypedDict):
    verdict: str
    reasons: list[str]


class Review(ReviewInput, ReviewOutput):
    clauses: list[str]
    risky: list[str]


RISKY_WORDS = ("unlimited", "perpetual", "exclusive")


def find_clauses(state: Review) -> dict:
    return {"clauses": [c.strip() for c in state["contract"].split(";") if c.strip()]}


def rate(state: Review) -> dict:
    risky = [c for c in state["clauses"] if any(word in c for word in RISKY_WORDS)]
    return {"risky": risky}


def accept(state: Review) -> dict:
    return {"verdict": "sign"}


def negotiate(state: Review) -> dict:
    return {"verdict": f"negotiate {len(state['risky'])} clauses"}


def risky_or_not(state: Review) -> str:
    return "negotiate" if state["risky"] else "accept"


def build_review_graph():
    g = StateGraph(Review, input_schema=ReviewInput, output_schema=ReviewOutput)
    g.add_node("find_clauses", find_clauses)
    g.add_node("rate", rate)
    g.add_node("accept", accept)
    g.add_node("negotiate", negotiate)
    g.add_edge(START, "find_clauses")
    g.add_edge("find_clauses", "rate")
    g.add_conditional_edges("rate", risky_or_not, ["negotiate", "accept"])
    g.add_edge("negotiate", END)
    g.add_edge("accept", END)
    return g.compile()


graph = build_review_graph()

INPUTS = [{"contract": "unlimited liability; notice of a month"}]
# fault: output-never-filled at line 14
