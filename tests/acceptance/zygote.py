"""A process that has other people's packages imported already, and forks for each command.

    python -m tests.acceptance.zygote MODULE...

Importing Pydantic and Typer, not to speak of LangGraph, takes most of the time of a short command,
and there are hundreds of them. Each still is a process of its own: its folder, environment, streams and
end are those of the command as a shell starts it, and all of agentgraph is imported afresh.
Jobs come as JSON, one a line; each is answered with its exit code.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Serves until its input ends; in a fork, becomes the command."""
    for name in sys.argv[1:]:
        importlib.import_module(name)
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if not child:
            _become(**job)
            return
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(arguments: list[str], cwd: str, environment: dict[str, str], files: list[str]) -> None:
    """The command, in this process: it ends as any does, exit handlers and all."""
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    for number, file in enumerate(files):
        opened = os.open(file, os.O_RDWR | os.O_CREAT)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.argv = arguments
    sys.path[0] = str(Path(sys.executable).parent)
    for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
        del sys.modules[name]
    command: Any = importlib.import_module("agentgraph.cli.app")
    command.main()


if __name__ == "__main__":
    main()
