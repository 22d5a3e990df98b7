"""Stdout is for results alone; words to the reader go to stderr."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from agentgraph.errors import Problem


@contextlib.contextmanager
def stdout_to_stderr() -> Iterator[TextIO]:
    """While it lasts, all that is printed goes to stderr, by C code and child processes too.

    What is written to the file it yields still goes to stdout.
    """
    sys.stdout.flush()
    try:
        saved = os.dup(1)
    except OSError:  # closed by the caller: nothing to protect
        with contextlib.redirect_stdout(sys.stderr), Path(os.devnull).open("w") as nothing:
            yield nothing
        return
    with os.fdopen(saved, "w", encoding=sys.stdout.encoding, errors="replace") as out:
        try:
            with contextlib.suppress(OSError):
                os.dup2(2, 1)
            with contextlib.redirect_stdout(sys.stderr):
                yield out
        finally:
            os.dup2(saved, 1)


def say(text: str) -> None:
    """One message to the reader. A closed stderr is no reason to fail."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def tell(text: str) -> None:
    """One result, on stdout."""
    sys.stdout.write(f"{text}\n")


def say_problems(problems: Iterable[Problem]) -> None:
    """Each problem as one message, paths as seen from here."""
    for problem in problems:
        say(f"error: {shown(problem)}")


def shown(problem: Problem) -> Problem:
    """The problem with its file relative to the working directory, where it is inside."""
    if problem.file is None:
        return problem
    return replace(problem, file=shown_path(problem.file))


def shown_path(file: str) -> str:
    try:
        return str(Path(file).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return file


def colored() -> bool:
    """Whether stdout wants colours: a terminal, and nobody said no (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def count(number: int, noun: str) -> str:
    """`1 graph`, `2 graphs`."""
    return f"{number} {noun}" + ("" if number == 1 else "s")
