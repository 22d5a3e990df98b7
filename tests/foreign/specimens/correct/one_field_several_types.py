"""Media intake: `item` is a text for one reader and a number of pages for the other."""

import operator
from typing import Annotated

from langgraph.graph import END, START, StateGraph
from langgraph.types import Send
from typing_extensions import TypedDict


class Intake(TypedDict):
    parcels: list[str]
    minutes: Annotated[int, operator.add]
    plan: str


class TextItem(TypedDict):
    item: str


class PagesItem(TypedDict):
    item: int


def open_parcels(state: Intake) -> dict:
    return {"parcels": [parcel.strip() for parcel in state["parcels"]]}


def read_text(state: TextItem) -> dict:
    return {"minutes": len(state["item"].split())}


def skim_pages(state: PagesItem) -> dict:
    return {"minutes": state["item"] * 2}


def hand_out(state: Intake) -> list[Send]:
    return [
        Send("skim_pages", {"item": int(parcel)})
        if parcel.isdigit()
        else Send("read_text", {"item": parcel})
        for parcel in state["parcels"]
    ] or [Send("plan_day", state)]


def plan_day(state: Intake) -> dict:
    return {"plan": f"{state['minutes']} minutes"}


builder = StateGraph(Intake)
builder.add_node("open_parcels", open_parcels)
builder.add_node("read_text", read_text)
builder.add_node("skim_pages", skim_pages)
builder.add_node("plan_day", plan_day)
builder.add_edge(START, "open_parcels")
builder.add_conditional_edges("open_parcels", hand_out, ["read_text", "skim_pages", "plan_day"])
builder.add_edge("read_text", "plan_day")
builder.add_edge("skim_pages", "plan_day")
builder.add_edge("plan_day", END)
graph = builder.compile()

INPUTS = [{"parcels": ["a short text", "12 "]}, {"parcels": []}]
