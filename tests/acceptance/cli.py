"""The command as a person runs it: a process of its own, in a project of its own."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from select import select
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[2]
LIBRARIES = ("typer.main", "pydantic.type_adapter", "jsonschema_rs")
LANGGRAPH = (*LIBRARIES, "langgraph.graph", "langgraph.prebuilt", "redis.asyncio")
LONGEST = 90
"""Seconds: not what a command takes, but when it is surely stuck."""
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


class Zygote:
    """A process that forks for each command; see `tests.acceptance.zygote`."""

    def __init__(self, *modules: str) -> None:
        command = [sys.executable, "-m", "tests.acceptance.zygote", *modules]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        atexit.register(self.close)

    def close(self) -> None:
        """End it: it has no more to read."""
        self._process.communicate()

    def run(self, command: list[str], cwd: Path, stdin: str, environment: dict[str, str]) -> Ran:
        """The command, run to its end."""
        assert self._process.stdin
        assert self._process.stdout
        with TemporaryDirectory() as folder:
            files = [Path(folder, name) for name in ("in", "out", "err")]
            files[0].write_text(stdin, encoding="utf-8")
            job = {"arguments": command, "cwd": str(cwd), "environment": environment}
            job["files"] = list(map(str, files))
            self._process.stdin.write(json.dumps(job) + "\n")
            self._process.stdin.flush()
            if not select([self._process.stdout], [], [], LONGEST)[0]:
                self._process.kill()
            code = self._process.stdout.readline()
            out, err = (file.read_text(encoding="utf-8") for file in files[1:])
        assert code, f"{command} took too long, or ended the process that forks\n{err}"
        return Ran(int(code), out, err)


@cache
def _zygote(*modules: str) -> Zygote:
    return Zygote(*modules)


def agentgraph(*arguments: str | Path, cwd: Path, stdin: str = "", **environment: str) -> Ran:
    """Runs the command; a traceback anywhere fails the test that did not ask for one."""
    return _run(arguments, cwd, stdin, environment, LIBRARIES)


def with_langgraph(*arguments: str | Path, cwd: Path, stdin: str = "", **environment: str) -> Ran:
    """The same, for commands that need LangGraph: they need not wait for its import."""
    return _run(arguments, cwd, stdin, environment, LANGGRAPH)


def raising(*arguments: str | Path, cwd: Path) -> Ran:
    """The same, for bodies that raise: their own frames are shown."""
    return _ran(arguments, cwd, "", {}, LANGGRAPH)


def _run(
    arguments: tuple[str | Path, ...],
    cwd: Path,
    stdin: str,
    environment: dict[str, str],
    loaded: tuple[str, ...],
) -> Ran:
    ran = _ran(arguments, cwd, stdin, environment, loaded)
    if "--debug" not in arguments:
        assert "Traceback" not in ran.err, ran.err
    return ran


def _ran(
    arguments: tuple[str | Path, ...],
    cwd: Path,
    stdin: str,
    environment: dict[str, str],
    loaded: tuple[str, ...],
) -> Ran:
    command = [str(AGENTGRAPH), *map(str, arguments)]
    variables = {**os.environ, "COLUMNS": "100", **environment}
    if any(name.startswith("PYTHON") for name in environment):
        done = subprocess.run(  # what Python itself looks at as it starts
            command,
            cwd=cwd,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            env=variables,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)
    return _zygote(*loaded).run(command, cwd, stdin, variables)


def write(folder: Path, **files: str) -> Path:
    """Python files by stem; a double underscore in a name stands for a folder."""
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
