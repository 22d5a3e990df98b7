"""Load test: workers report their slowest request side by side, the slowest of all is kept."""

import operator
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph

TIMES = {"eu": [0.2, 0.9], "us": [0.4, 0.3]}


class LoadTest(TypedDict):
    url: str
    requests: Annotated[int, operator.add]
    slowest: Annotated[float, max]
    report: str


def worker(region: str):
    def run(state: LoadTest) -> dict:
        times = TIMES[region]
        return {"requests": len(times), "slowest": max(times)}

    return run


def report(state: LoadTest) -> dict:
    return {"report": f"{state['url']}: {state['requests']} requests, {state['slowest']} s"}


def build():
    builder = StateGraph(LoadTest)
    for region in TIMES:
        builder.add_node(region, worker(region))
        builder.add_edge(START, region)
    builder.add_node("report", report)
    builder.add_edge(list(TIMES), "report")
    builder.add_edge("report", END)
    return builder.compile()


graph = build()

INPUTS = [{"url": "/search"}]
# fault: reducer-without-signature at line 14
