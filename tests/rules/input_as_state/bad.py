"""Recipe finder: ingredients in, a dish and its shopping list out."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph

DISHES = {"pasta": {"noodles", "tomato", "basil"}, "salad": {"tomato", "lettuce"}}


class InputState(TypedDict):
    ingredients: list[str]


class OverallState(InputState, total=False):
    dish: str
    shopping: list[str]


def choose_dish(state: InputState) -> OverallState:
    at_home = set(state["ingredients"])
    dish = max(DISHES, key=lambda name: len(DISHES[name] & at_home))
    return {"dish": dish}


def shopping_list(state: InputState) -> OverallState:
    at_home = set(state["ingredients"])
    missing = min((needs - at_home for needs in DISHES.values()), key=len)
    return {"shopping": sorted(missing)}


def tidy(state: InputState) -> InputState:
    return {"ingredients": sorted({item.lower() for item in state["ingredients"]})}


builder = StateGraph(InputState)
builder.add_node("tidy", tidy)
builder.add_node("choose_dish", choose_dish)
builder.add_node("shopping_list", shopping_list)
builder.add_edge(START, "tidy")
builder.add_edge("tidy", "choose_dish")
builder.add_edge("tidy", "shopping_list")
builder.add_edge("choose_dish", END)
builder.add_edge("shopping_list", END)
graph = builder.compile()
