"""Flight search: three airlines are asked at once, each with a timeout of its own."""

import asyncio
import operator
from datetime import timedelta
from typing import Annotated

from langgraph.graph import END, START, StateGraph
from langgraph.types import RetryPolicy, TimeoutPolicy
from typing_extensions import TypedDict

FARES = {"north": 120, "south": 90, "west": 200}


class Flight(TypedDict):
    to: str
    fares: Annotated[dict[str, int], operator.or_]
    offer: str


def ask(airline: str):
    async def fetch(state: Flight) -> dict:
        await asyncio.sleep(0)
        return {"fares": {airline: FARES[airline] + len(state["to"])}}

    return fetch


async def offer(state: Flight) -> dict:
    cheapest = min(state["fares"], key=lambda airline: state["fares"][airline])
    return {"offer": f"{state['to']} with {cheapest} for {state['fares'][cheapest]}"}


def build():
    flow = StateGraph(Flight)
    flow.add_node("north", ask("north"), timeout=30)
    flow.add_node("south", ask("south"), timeout=timedelta(seconds=30))
    flow.add_node(
        "west",
        ask("west"),
        timeout=TimeoutPolicy(run_timeout=30),
        retry_policy=RetryPolicy(max_attempts=2),
    )
    flow.add_node("offer", offer)
    for airline in FARES:
        flow.add_edge(START, airline)
    flow.add_edge(list(FARES), "offer")
    flow.add_edge("offer", END)
    return flow.compile()


graph = build()

INPUTS = [{"to": "Riga"}]
