"""`agentgraph run` prints no value of a labelled field, whatever it is asked to print."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.cli import AGENTGRAPH, write
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
    command = [str(AGENTGRAPH), "run", "private.py", "--input", given, "--thread", "T", *how]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == (0 if topic == "fine" else 1), done.stderr
    told = agentgraph("runs", "T", "--format", "json", cwd=tmp_path).out
    for text in (done.stderr, done.stdout, told):
        assert SECRET not in text
        assert SECRET[:12] not in text
    assert "[pii: email]" in told
    if topic == "raise":
        assert "no account" in done.stderr


def test_nor_is_an_input_that_is_refused(tmp_path: Path) -> None:
    write(tmp_path, private=PRIVATE)
    done = agentgraph(
        "run", "private.py", "--input", json.dumps({"email": [SECRET], "topic": "x"}), cwd=tmp_path
    )
    assert done.code == 2
    assert SECRET not in done.err
    assert "email" in done.err
