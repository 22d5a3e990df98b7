"""Lead scoring: a lead is enriched, checked against the blocklist, scored and assigned."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph

BLOCKED = {"spam.example"}


class Lead(TypedDict, total=False):
    email: str
    domain: str
    blocked: bool
    score: int
    owner: str


class Pipeline:
    def enrich(self, lead: Lead) -> Lead:
        return {"domain": lead["email"].split("@")[-1]}

    def check_blocklist(self, lead: Lead) -> Lead:
        return {"blocked": lead["domain"] in BLOCKED}

    def score(self, lead: Lead) -> Lead:
        if lead.get("blocked"):
            return {"score": 0}
        return {"score": 10 * len(lead["domain"])}

    def assign(self, lead: Lead) -> Lead:
        return {"owner": "nobody" if lead["score"] == 0 else "inside sales"}


pipeline = Pipeline()
builder = StateGraph(Lead)
builder.add_node("enrich", pipeline.enrich)
builder.add_node("check_blocklist", pipeline.check_blocklist)
builder.add_node("score", pipeline.score)
builder.add_node("assign", pipeline.assign)
builder.add_edge(START, "enrich")
builder.add_edge("enrich", "score")
builder.add_edge("check_blocklist", "score")
builder.add_edge("score", "assign")
builder.add_edge("assign", END)
graph = builder.compile()

INPUTS = [{"email": "win@spam.example"}]
# fault: unreachable-node at line 37
