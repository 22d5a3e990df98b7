"""The memory that commands share: Redis where a URL is given, else the project's own."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agentgraph.cli.settings import Settings

if TYPE_CHECKING:
    from agentgraph.remember.ports import Memory

Redis = Annotated[
    str | None,
    typer.Option(
        "--redis",
        metavar="URL",
        envvar="AGENTGRAPH_REDIS",
        help="The Redis that remembers. Default: one of the project's own, under .agentgraph.",
    ),
]


def memory_folder(settings: Settings) -> Path:
    """Where the project's own Redis lives: beside its pyproject.toml, or here."""
    return (settings.root or Path.cwd()) / ".agentgraph"


def project_memory(url: str | None, settings: Settings) -> AbstractContextManager[Memory]:
    """The memory, not yet open."""
    from agentgraph.memory import open_memory

    return open_memory(url, folder=memory_folder(settings))


def has_memory(url: str | None, settings: Settings) -> bool:
    """Whether there can be anything to read. Looking should not leave an empty server behind."""
    return url is not None or memory_folder(settings).is_dir()
