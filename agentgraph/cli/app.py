"""The command `agentgraph`: joins the commands, and starts them."""

from __future__ import annotations

import gc
import io
import sys
from typing import Annotated

import typer

from agentgraph._version import __version__
from agentgraph.cli.check import check
from agentgraph.cli.compare import compare
from agentgraph.cli.diff import diff
from agentgraph.cli.draw import draw
from agentgraph.cli.explain import explain
from agentgraph.cli.export import export
from agentgraph.cli.fork import fork
from agentgraph.cli.history import history
from agentgraph.cli.memory_sizes import memory
from agentgraph.cli.migrate import migrate
from agentgraph.cli.prune import prune
from agentgraph.cli.run import run
from agentgraph.cli.show import show
from agentgraph.cli.streams import tell
from agentgraph.cli.threads import threads

# What a command builds, modules and schemas above all, lives until it ends: looking through that for
# garbage, as often as Python does by itself, takes a fifth of a short check and frees next to nothing.
_NEW_BEFORE_COLLECTING = 200_000

# Plain help and errors: Rich's would cost its import, and boxes don't survive a pipe.
app = typer.Typer(
    name="agentgraph",
    help="Contract-first agent systems: declared once, checked before they run.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(short_help="Prove that contracts fit, or show what breaks them.")(check)
app.command(short_help="Draw a graph, for a terminal or a file.")(draw)
app.command(short_help="Run a graph, or go on with a thread.")(run)
app.command(short_help="List the threads that are remembered.")(threads)
app.command(short_help="Show what a thread went through.")(history)
app.command(short_help="Show a thread's state at a step.")(show)
# Steps can be negative numbers, and are no options.
app.command(
    short_help="Show what changed between two steps.",
    context_settings={"ignore_unknown_options": True},
)(diff)
app.command(short_help="Make a new thread of another's first steps.")(fork)
app.command(short_help="Remove threads, or their older steps.")(prune)
app.command(short_help="Show what threads and fields take up.")(memory)
app.command(short_help="Bring what is stored into the form of today.")(migrate)
app.command(short_help="Write a graph as JSON.")(export)
app.command(short_help="Say whether what A produces fits what B accepts.")(compare)
app.command(short_help="Say what a finding's code means.")(explain)


def _print_version(wanted: bool) -> None:
    if wanted:
        tell(f"agentgraph {__version__}")
        raise typer.Exit


@app.callback()
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
        app(prog_name="agentgraph")
    finally:
        # What is left goes with the process: Python need not take it apart first.
        gc.freeze()
