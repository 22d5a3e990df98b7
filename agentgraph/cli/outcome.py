"""Exit codes, and what every command does with errors: one message, no traceback."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import traceback
from collections.abc import Callable
from typing import ParamSpec

import typer

from agentgraph.cli.streams import say, shown
from agentgraph.errors import AgentgraphError, ProblemsError

P = ParamSpec("P")

OK = 0
FAILED = 1
"""Findings that count; a run that failed."""
UNUSABLE = 2
"""The question could not be asked: usage, targets, settings, memory."""
WAITS = 3
"""A run that waits for a person."""
INTERRUPTED = 130
BROKEN_PIPE = 141
TERMINATED = 143
"""A run that SIGTERM stopped."""


def reporting(command: Callable[P, int]) -> Callable[P, None]:
    """Makes a function that returns an exit code a command.

    Errors that agentgraph raises on purpose become one message on stderr and exit code 2
    (a traceback too, where the command has `debug` and it is set); a reader that went away
    and Ctrl-C are no errors.
    """

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        debug = bool(kwargs.get("debug"))
        raise typer.Exit(_code(functools.partial(command, *args, **kwargs), debug=debug))

    return run


def _code(command: Callable[[], int], *, debug: bool) -> int:
    try:
        code = command()
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _forget_stdout()
        return BROKEN_PIPE
    except AgentgraphError as error:
        say_error(error, debug=debug)
        return UNUSABLE
    except (typer.Exit, typer.BadParameter):
        raise
    except Exception:  # noqa: BLE001  # a mistake of ours must not look like findings, code 1
        traceback.print_exc()
        say("error: this is a mistake in agentgraph, not in your graph")
        return UNUSABLE
    return code


def say_error(error: AgentgraphError, *, debug: bool) -> None:
    """The error as a message, all its problems listed."""
    if debug:
        say("".join(traceback.format_exception(error)).rstrip())
    if not isinstance(error, ProblemsError):
        say(f"error: {error}")
        return
    texts = [str(shown(problem)) for problem in error.problems]
    if len(texts) > 1:
        say("\n  ".join([f"error: {error.headline}:", *(t.replace("\n", "\n  ") for t in texts)]))
    elif error.problems[0].file:  # the place comes first, so that editors can jump there
        say(f"error: {texts[0]}")
    else:
        say(f"error: {error.headline}: {texts[0]}")


def _forget_stdout() -> None:
    """Python flushes stdout when it exits; without this it would complain then."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
