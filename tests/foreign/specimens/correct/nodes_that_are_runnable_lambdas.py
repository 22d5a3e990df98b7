"""Addresses: two runnables clean and split a line, a third one formats it, sync or async."""

from langchain_core.runnables import RunnableConfig, RunnableLambda
from langgraph.graph import END, START, StateGraph
from pydantic import BaseModel


class Address(BaseModel):
    line: str
    street: str = ""
    town: str = ""
    label: str = ""


def clean(state: Address) -> dict:
    return {"line": " ".join(state.line.split())}


async def aclean(state: Address) -> dict:
    return clean(state)


def split(state: Address, config: RunnableConfig) -> dict:
    street, _, town = state.line.partition(config["configurable"].get("comma", ","))
    return {"street": street.strip(), "town": town.strip()}


def label(state: Address) -> dict:
    return {"label": f"{state.town.upper()}, {state.street}" if state.town else state.street}


builder = StateGraph(Address)
builder.add_node("clean", RunnableLambda(clean, afunc=aclean))
builder.add_node("split", RunnableLambda(split))
builder.add_node(RunnableLambda(label))
builder.add_edge(START, "clean")
builder.add_edge("clean", "split")
builder.add_edge("split", "label")
builder.add_edge("label", END)
graph = builder.compile()

INPUTS = [{"line": "High  Street 2, Bath"}, {"line": "PO box 7"}]
