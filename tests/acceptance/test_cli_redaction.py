"""`agentgraph run` prints no value of a labelled field, whatever it is asked to print."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.acceptance.cli import raising, write
from tests.acceptance.cli import with_langgraph as agentgraph

PRIVATE = """\
from typing import Annotated, TypedDict
from agentgraph import END, START, Context, Edge, Graph, Label, agent, tool

class Customer(TypedDict):
    email: Annotated[str, Label("pii")]
    topic: str

class Answer(TypedDict):
    reply: str

@tool(clears={"pii"}, read_only=True)
def look_up(email: str) -> str:
    return "found"

@agent(clears={"pii"}, tools=[look_up], writes="reply", removes={"pii"})
def answer(ctx: Context[None], email: str, topic: str) -> str:
    ctx.emit("about", {"who": email})
    look_up(email)
    if topic == "raise":
        raise ValueError(f"no account\\nof {email!r}")
    if topic == "lie":
        return [email]
    return "fine"

graph = Graph("private", input=Customer, output=Answer, edges=[Edge(START, answer), Edge(answer, END)])
"""
SECRET = "ada.lovelace@example.org"


@pytest.mark.parametrize("topic", ["fine", "raise", "lie"])
@pytest.mark.parametrize("how", [["--stream"], ["--debug"], []])
def test_no_labelled_value_is_printed(topic: str, how: list[str], tmp_path: Path) -> None:
    write(tmp_path, private=PRIVATE)
    given = json.dumps({"email": SECRET, "topic": topic})
    done = raising("run", "private.py", "--input", given, "--thread", "T", *how, cwd=tmp_path)
    assert done.code == (0 if topic == "fine" else 1), done.err
    told = agentgraph("runs", "T", "--format", "json", cwd=tmp_path).out
    for text in (done.err, done.out, told):
        assert SECRET not in text
        assert SECRET[:12] not in text
    assert "[pii: email]" in told
    if topic == "raise":
        assert "no account" in done.err


def test_nor_is_an_input_that_is_refused(tmp_path: Path) -> None:
    write(tmp_path, private=PRIVATE)
    done = agentgraph(
        "run", "private.py", "--input", json.dumps({"email": [SECRET], "topic": "x"}), cwd=tmp_path
    )
    assert done.code == 2
    assert SECRET not in done.err
    assert "email" in done.err
