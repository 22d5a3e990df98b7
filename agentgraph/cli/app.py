"""The command `agentgraph`: joins the commands, and starts them."""

from __future__ import annotations

import gc
import importlib
import io
import sys
from collections.abc import Iterable
from typing import Annotated

import typer

from agentgraph._version import __version__
from agentgraph.cli.streams import tell

# What a command builds, modules and schemas above all, lives until it ends: looking through that for
# garbage, as often as Python does by itself, takes a fifth of a short check and frees next to nothing.
_NEW_BEFORE_COLLECTING = 200_000

# Steps can be negative numbers, and are no options.
_STEPS = {"ignore_unknown_options": True}

# Where each command stands, what help says of it in a line, and how its arguments are read otherwise.
_COMMANDS: dict[str, tuple[str, str, dict[str, bool] | None]] = {
    "check": ("check", "Prove that contracts fit, or show what breaks them.", None),
    "draw": ("draw", "Draw a graph, for a terminal or a file.", None),
    "run": ("run", "Run a graph, or go on with a thread.", None),
    "threads": ("threads", "List the threads that are remembered.", None),
    "history": ("history", "Show what a thread went through.", None),
    "runs": ("runs", "Show the runs of a thread, or all that happened in one.", None),
    "show": ("show", "Show a thread's state at a step, or an agent's policies.", None),
    "diff": ("diff", "Show what changed between two steps.", _STEPS),
    "fork": ("fork", "Make a new thread of another's first steps.", None),
    "prune": ("prune", "Remove threads, or their older steps.", None),
    "memory": ("memory_sizes", "Show what threads and fields take up.", None),
    "migrate": ("migrate", "Bring what is stored into the form of today.", None),
    "export": ("export", "Write a graph as JSON.", None),
    "compare": ("compare", "Say whether what A produces fits what B accepts.", None),
    "explain": ("explain", "Say what a finding's code means.", None),
}


def command_line(names: Iterable[str] = _COMMANDS) -> typer.Typer:
    """The command line with these commands. Each costs its imports, and typer's look at its signature."""
    # Plain help and errors: Rich's would cost its import, and boxes don't survive a pipe.
    app = typer.Typer(
        name="agentgraph",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for name in names:
        module, short_help, settings = _COMMANDS[name]
        command = getattr(importlib.import_module(f"agentgraph.cli.{module}"), name)
        app.command(name, short_help=short_help, context_settings=settings)(command)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        tell(f"agentgraph {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Contract-first agent systems: declared once, checked before they run."""


def main() -> None:
    """Runs the command line, and exits with its code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a character of a drawing gets another one, not a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    gc.set_threshold(_NEW_BEFORE_COLLECTING)
    try:
        asked = sys.argv[1:2]
        # Who names a command needs no other; help, and what is misspelt, need them all.
        app = command_line(asked if asked and asked[0] in _COMMANDS else _COMMANDS)
        app(prog_name="agentgraph")
    finally:
        # What is left goes with the process: Python need not take it apart first.
        gc.freeze()
