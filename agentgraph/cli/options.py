"""Arguments that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

TARGET_HELP = "A file, file.py:name, package.module:name, or a folder."

Targets = Annotated[
    list[str] | None,
    typer.Argument(metavar="TARGET...", help=TARGET_HELP + " Default: tool.agentgraph.targets."),
]
OneTarget = Annotated[
    str | None,
    typer.Argument(metavar="TARGET", help=TARGET_HELP + " Default: tool.agentgraph.targets."),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks.")]
Thread = Annotated[str, typer.Argument(metavar="THREAD", help="As in `agentgraph threads`.")]
AtStep = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="STEP", help="As `agentgraph history` numbers them. Default: the latest."
    ),
]
