"""Meeting notes: the transcript is cut into points, owners are found, a mail goes out."""

from dataclasses import dataclass, field
from typing import TypedDict

from langgraph.graph import END, START, StateGraph


@dataclass
class Meeting:
    transcript: str
    points: list[str] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    mail: str = ""

    def open_points(self) -> list[str]:
        return [point for point in self.points if point not in self.owners]


class MeetingInput(TypedDict):
    transcript: str


def split(state: Meeting) -> dict:
    return {"points": [part.strip() for part in state.transcript.split(".") if part.strip()]}


def assign(state: Meeting) -> dict:
    owners = {p: p.split()[0] for p in state.points if p.split()[0].istitle()}
    return {"owners": owners}


def compose(state: Meeting) -> dict:
    lines = [f"{who}: {what}" for what, who in state.owners.items()]
    lines += [f"open: {point}" for point in state.open_points()]
    return {"mail": f"{state.title}\n" + "\n".join(lines)}


builder = StateGraph(Meeting, input_schema=MeetingInput)
builder.add_sequence([split, assign, compose])
builder.add_edge(START, "split")
builder.add_edge("compose", END)
graph = builder.compile()

INPUTS = [{"transcript": "Ada writes the offer. the room is booked."}]
# fault: read-never-written at line 36
