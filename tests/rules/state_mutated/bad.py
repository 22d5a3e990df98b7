"""Quiz bot: asks until three answers are right, then prints the certificate."""

import operator
from typing import Annotated, TypedDict

from langgraph.graph import END, START, StateGraph

SOLUTIONS = {"2+2": "4", "3*3": "9", "10-7": "3"}


class Quiz(TypedDict):
    answers: dict[str, str]
    right: int
    marks: Annotated[list[str], operator.add]
    certificate: str


def begin(state: Quiz) -> dict:
    return {"right": 0}


def mark(state: Quiz) -> dict:
    marks = []
    for task, answer in state["answers"].items():
        if SOLUTIONS.get(task) == answer:
            state["right"] += 1
            marks.append(f"{task}: right")
        else:
            marks.append(f"{task}: wrong")
    return {"marks": marks}


def certify(state: Quiz) -> dict:
    grade = "passed" if state["right"] >= 2 else "failed"
    return {"certificate": f"{grade} with {state['right']} of {len(state['marks'])}"}


builder = StateGraph(Quiz)
builder.add_node("begin", begin)
builder.add_node("mark", mark)
builder.add_node("certify", certify)
builder.add_edge(START, "begin")
builder.add_edge("begin", "mark")
builder.add_edge("mark", "certify")
builder.add_edge("certify", END)
graph = builder.compile()
