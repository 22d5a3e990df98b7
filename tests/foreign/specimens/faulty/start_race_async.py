"""Trip planner: a quick draft and a route search start together, the plan is priced at the end."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph


class Trip(TypedDict, total=False):
    city: str
    nights: int
    plan: list[str]
    price: float


SIGHTS = {"Rome": ["Forum", "Pantheon"], "Oslo": ["Opera", "Fram"]}


async def draft(state: Trip) -> Trip:
    days = [f"day {n + 1}: stroll" for n in range(state["nights"])]
    return {"plan": days}


async def search(state: Trip) -> Trip:
    sights = SIGHTS.get(state["city"], [])
    return {"plan": [f"see the {sight}" for sight in sights]}


async def price(state: Trip) -> Trip:
    return {"price": 80.0 * state["nights"] + 12.0 * len(state["plan"])}


def affordable(state: Trip) -> bool:
    return state["price"] < 500


async def trim(state: Trip) -> Trip:
    return {"plan": state["plan"][:1]}


builder = StateGraph(Trip)
builder.add_node("draft", draft)
builder.add_node("search", search)
builder.add_node("price", price)
builder.add_node("trim", trim)
builder.add_edge(START, "draft")
builder.add_edge(START, "search")
builder.add_edge(["draft", "search"], "price")
builder.add_conditional_edges("price", affordable, {True: END, False: "trim"})
builder.add_edge("trim", END)
app = builder.compile()

INPUTS = [{"city": "Rome", "nights": 3}]
# fault: parallel-write at line 20
