"""Medical intake: symptoms are sorted, a nurse or a doctor answers, an answer always goes out."""

from typing import Literal

from langgraph.graph import END, START, StateGraph
from langgraph.types import Command
from typing_extensions import TypedDict


class IntakeInput(TypedDict):
    symptoms: str


class IntakeOutput(TypedDict):
    answer: str


class Intake(IntakeInput, IntakeOutput):
    urgency: int
    advice: str


URGENT = {"chest": 3, "fever": 2, "cough": 1}


def triage(state: Intake) -> Command[Literal["nurse", "doctor"]]:
    urgency = max((n for word, n in URGENT.items() if word in state["symptoms"]), default=0)
    if urgency >= 2:
        return Command(update={"urgency": urgency}, goto="doctor")
    if urgency == 1:
        return Command(update={"urgency": urgency}, goto="nurse")
    return Command(update={"urgency": 0, "advice": "rest"})


def nurse(state: Intake) -> Command[Literal["send"]]:
    return Command(update={"advice": "drink tea"}, goto="send")


def doctor(state: Intake) -> Command[Literal["send"]]:
    advice = "call 112" if state["urgency"] == 3 else "come in today"
    return Command(update={"advice": advice}, goto="send")


def send(state: Intake) -> dict:
    return {"answer": f"We advise: {state['advice']}."}


builder = StateGraph(Intake, input_schema=IntakeInput, output_schema=IntakeOutput)
for node in (triage, nurse, doctor, send):
    builder.add_node(node)
builder.add_edge(START, "triage")
builder.add_edge("send", END)
graph = builder.compile()

INPUTS = [{"symptoms": "cough"}, {"symptoms": "tired"}]
# fault: dead-end at line 32
