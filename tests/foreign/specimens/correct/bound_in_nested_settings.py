"""Code generator: tests are run after each draft, at most as often as the settings say."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph


class Job(TypedDict):
    task: str
    settings: dict
    progress: dict
    code: str


def start(state: Job) -> dict:
    return {"progress": {"drafts": {"made": 0}, "passed": False}}


def draft(state: Job) -> dict:
    made = state["progress"]["drafts"]["made"] + 1
    return {
        "code": f"def {state['task']}(): return {made}",
        "progress": {**state["progress"], "drafts": {"made": made}},
    }


def run_tests(state: Job) -> dict:
    passed = state["code"].endswith(str(state["settings"]["tests"]["expects"]))
    return {"progress": {**state["progress"], "passed": passed}}


def again(state: Job) -> str:
    progress, limits = state["progress"], state["settings"]["limits"]
    if progress["passed"] or progress["drafts"]["made"] >= limits["drafts"]:
        return "stop"
    return "again"


builder = StateGraph(Job)
builder.add_node("start", start)
builder.add_node("draft", draft)
builder.add_node("run_tests", run_tests)
builder.add_edge(START, "start")
builder.add_edge("start", "draft")
builder.add_edge("draft", "run_tests")
builder.add_conditional_edges("run_tests", again, {"again": "draft", "stop": END})
graph = builder.compile()

INPUTS = [
    {"task": "f", "settings": {"tests": {"expects": 2}, "limits": {"drafts": 5}}},
    {"task": "g", "settings": {"tests": {"expects": 9}, "limits": {"drafts": 3}}},
]
