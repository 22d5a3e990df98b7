"""The memory that commands share: Redis where a URL is given, else the project's own."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agentgraph.cli.settings import Settings, read_settings
from agentgraph.cli.streams import say
from agentgraph.errors import MemoryWarning, Problem, ResumeError

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

Prefix = Annotated[
    str,
    typer.Option(
        "--prefix",
        metavar="TEXT",
        envvar="AGENTGRAPH_PREFIX",
        help="What all keys in the Redis begin with: one for each tenant.",
    ),
]


def memory_folder(settings: Settings) -> Path:
    """Where the project's own Redis lives: beside its pyproject.toml, or here."""
    return (settings.root or Path.cwd()) / ".agentgraph"


@contextmanager
def project_memory(url: str | None, settings: Settings, prefix: str = "") -> Iterator[Memory]:
    """The memory, open while the `with` lasts. What is unsafe about its server is said on stderr.

    PYTHONWARNINGS silences that, as it does other warnings.
    """
    from agentgraph.memory import open_memory

    opening = open_memory(
        url, folder=memory_folder(settings), prefix=prefix, encryption=encryption_keys()
    )
    with ExitStack() as stack:
        with warnings.catch_warnings(record=True) as caught:
            memory = stack.enter_context(opening)
        for one in caught:
            if issubclass(one.category, MemoryWarning):
                say(f"warning: {one.message}")
            else:
                warnings.showwarning(one.message, one.category, one.filename, one.lineno)
        yield memory


def encryption_keys() -> list[str] | None:
    """The keys of the environment, the newest first. Not an option: it would stand in the shell's history."""
    from agentgraph.memory import KEYS

    found = [key.strip() for key in os.environ.get(KEYS, "").split(",")]
    return [key for key in found if key] or None


def has_memory(url: str | None, settings: Settings) -> bool:
    """Whether there can be anything to read. Looking should not leave an empty server behind."""
    return url is not None or memory_folder(settings).is_dir()


@contextmanager
def stored_memory(url: str | None, prefix: str, thread: str = "") -> Iterator[Memory]:
    """The memory, open, to look into. ResumeError: there is none yet, and so no `thread`."""
    settings = read_settings()
    if not has_memory(url, settings):
        what = f"no thread {thread!r}" if thread else "no memory"
        help_ = f"nothing was remembered in {memory_folder(settings)}; run with --thread, or name a Redis: --redis"
        raise ResumeError([Problem(f"there is {what}", help=help_)], "nothing is stored")
    with project_memory(url, settings, prefix) as memory:
        yield memory
