"""The command as a person runs it: a process of its own, in a project of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AGENTGRAPH = Path(sys.executable).with_name("agentgraph")

GOOD = """\
from typing import TypedDict
from agentgraph import END, START, Edge, Graph, agent

class Question(TypedDict):
    query: str

class Answer(TypedDict):
    reply: str

@agent(writes="reply")
def answer(query: str) -> str:
    return query.upper()

graph = Graph(
    "small", version="1.0.0", input=Question, output=Answer,
    edges=[Edge(START, answer), Edge(answer, END)],
)
"""


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def agentgraph(*arguments: str | Path, cwd: Path, stdin: str = "", **environment: str) -> Ran:
    """Runs the command; a traceback anywhere fails the test that did not ask for one."""
    done = subprocess.run(
        [AGENTGRAPH, *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "COLUMNS": "100", **environment},
        check=False,
    )
    if "--debug" not in arguments:
        assert "Traceback" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


def write(folder: Path, **files: str) -> Path:
    """Python files by stem; a double underscore in a name stands for a folder."""
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
