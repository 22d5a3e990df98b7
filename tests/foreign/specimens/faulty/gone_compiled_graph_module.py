"""Menu of our bots: each is compiled once and handed to the web layer by name."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.graph import CompiledGraph


class Chat(TypedDict, total=False):
    text: str
    reply: str


def shout(state: Chat) -> Chat:
    return {"reply": state["text"].upper()}


def whisper(state: Chat) -> Chat:
    return {"reply": state["text"].lower()}


def one_step(name: str, node) -> CompiledGraph:
    flow = StateGraph(Chat)
    flow.add_node(name, node)
    flow.add_edge(START, name)
    flow.add_edge(name, END)
    return flow.compile(name=name)


class Bots:
    """What the web layer may ask for."""

    def __init__(self) -> None:
        self.by_name = {"shout": one_step("shout", shout), "whisper": one_step("whisper", whisper)}

    def get(self, name: str) -> CompiledGraph:
        return self.by_name[name]


graph = Bots().get("shout")

INPUTS = [{"text": "Good morning"}]
# fault: gone-name at line 6
