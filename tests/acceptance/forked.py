"""Many commands of a page in a row, each in a process of its own that has LangGraph imported already.

Importing it takes most of the time of a command. One process imports it and forks for each.
"""

from __future__ import annotations

import json
import os
import runpy
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run_forked(steps: Sequence[tuple[str, str, str]], folder: Path) -> list[str]:
    """What each command printed, in the order in which a terminal has it.

    A step is "write", a file's name and its text; or "run" and a command: `agentgraph`, `python`, or
    any other, which the shell runs.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.acceptance.forked", folder],
        input=json.dumps(steps),
        cwd=ROOT,
        env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    printed: list[str] = json.loads(done.stdout)
    return printed


def main() -> None:
    import langgraph.graph  # noqa: F401  # what all of them need

    steps = json.load(sys.stdin)
    os.chdir(sys.argv[1])
    printed = []
    for what, first, second in steps:
        if what == "write":
            Path(first).write_text(second, encoding="utf-8")
        else:
            printed.append(_printed(shlex.split(first), first))
    json.dump(printed, sys.stdout)


def _printed(words: list[str], command: str) -> str:
    if words[0] not in ("agentgraph", "python"):
        return subprocess.check_output(command, shell=True, text=True)
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        os.close(reading)
        _become(words)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as stream:
        printed = stream.read()
    os.wait()
    return printed


def _become(words: list[str]) -> None:
    """The program, to its end: this process is no more after it."""
    code = 1
    try:
        sys.argv = words if words[0] == "agentgraph" else words[1:]
        sys.path.insert(0, str(Path.cwd()))
        if words[0] == "agentgraph":
            runpy.run_module("agentgraph", run_name="__main__")
        else:
            runpy.run_path(words[1], run_name="__main__")
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
