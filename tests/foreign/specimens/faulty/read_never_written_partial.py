"""Newsletter: picks the stories of the week and writes the mail in the tenant's tone."""

from functools import partial
from typing import TypedDict

from langgraph.graph import END, START, StateGraph


class WeekInput(TypedDict):
    week: int
    stories: list[str]


class Newsletter(TypedDict):
    week: int
    stories: list[str]
    picked: list[str]
    tone: str
    mail: str


def pick(state: Newsletter, *, limit: int) -> dict:
    ranked = sorted(state["stories"], key=len, reverse=True)
    return {"picked": ranked[:limit]}


def write(state: Newsletter, *, sender: str) -> dict:
    greeting = "Hi!" if state["tone"] == "casual" else "Dear reader,"
    body = "\n".join(f"- {story}" for story in state["picked"])
    return {"mail": f"{greeting}\n{body}\n{sender}"}


def has_stories(state: Newsletter) -> str:
    return "write" if state["picked"] else END


def build(sender: str, limit: int = 3):
    flow = StateGraph(Newsletter, input_schema=WeekInput)
    flow.add_node("pick", partial(pick, limit=limit))
    flow.add_node("write", partial(write, sender=sender))
    flow.add_edge(START, "pick")
    flow.add_conditional_edges("pick", has_stories, ["write", END])
    flow.add_edge("write", END)
    return flow.compile()


graph = build("The editors", limit=2)

INPUTS = [{"week": 12, "stories": ["New roof", "Bike lanes for all", "Fair"]}]
# fault: read-never-written at line 28
