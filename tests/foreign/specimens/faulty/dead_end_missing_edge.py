"""Essay marking: a rubric is chosen, language and content are marked, the mark is worked out."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph


class EssayInput(TypedDict):
    essay: str
    level: str


class EssayOutput(TypedDict):
    mark: str


class Essay(EssayInput, EssayOutput):
    language: int
    content: int


def mark_language(state: Essay) -> dict:
    return {"language": 10 - state["essay"].count("teh")}


def mark_content(state: Essay) -> dict:
    return {"content": min(10, len(set(state["essay"].split())))}


def short_check(state: Essay) -> dict:
    return {"language": 5, "content": 5}


def work_out(state: Essay) -> dict:
    return {"mark": f"{state['language'] + state['content']} of 20"}


def by_level(state: Essay) -> str:
    return "full" if state["level"] == "exam" else "short"


def build():
    flow = StateGraph(Essay, input_schema=EssayInput, output_schema=EssayOutput)
    flow.add_node("mark_language", mark_language)
    flow.add_node("mark_content", mark_content)
    flow.add_node("short_check", short_check)
    flow.add_node("work_out", work_out)
    flow.add_conditional_edges(START, by_level, {"full": "mark_language", "short": "short_check"})
    flow.add_edge("mark_language", "mark_content")
    flow.add_edge("mark_content", "work_out")
    flow.add_edge("work_out", END)
    return flow.compile()


graph = build()

INPUTS = [{"essay": "teh sea is wide", "level": "exam"}, {"essay": "hi", "level": "draft"}]
# fault: dead-end at line 46
