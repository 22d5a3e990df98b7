"""`agentgraph check --watch`: checks again whenever a file changes, until Ctrl-C."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from agentgraph.cli.outcome import UNUSABLE
from agentgraph.cli.settings import project_root
from agentgraph.cli.streams import count, say, shown_path
from agentgraph.cli.targets import python_files

Stamp = tuple[int, int]
"""When a file was written, in nanoseconds, and its size; what is gone has none."""
FILES_OPTION = "--files-to"
_SECONDS = 0.3
"""Between two looks: too short to be waited for, too long to be felt by the processor."""


def watch(targets: Sequence[str], arguments: Sequence[str]) -> NoReturn:
    """Runs `agentgraph` with the arguments in a process of its own, again at each change.

    So every check sees the modules as they are now, and nothing of those before. Ends with
    KeyboardInterrupt.
    """
    with tempfile.TemporaryDirectory() as folder:
        rounds = _Rounds(targets, arguments, Path(folder) / "files.json")
        repeat(rounds.check, rounds.files, wait=lambda: time.sleep(_SECONDS))


def repeat(
    check: Callable[[], None], files: Callable[[], Iterable[str]], *, wait: Callable[[], None]
) -> NoReturn:
    """Checks, then waits until one of `files` has changed since the check began; without end.

    `files` is asked anew at each look: what a check reads can change with it.
    """
    while True:
        began = time.time_ns()
        before = stamps_of(files())
        check()
        # What this check read for the first time has no stamp from before it.
        now = stamps_of(files())
        late = [file for file in now if file not in before and now[file][0] > began]
        before = {**now, **{file: stamp for file, stamp in before.items() if file in now}}
        changed = late or changes(before, stamps_of(files()))
        if not changed:
            say(f"watching {count(len(before), 'file')}; Ctrl-C ends it")
        while not changed:
            wait()
            changed = changes(before, stamps_of(files()))
        say(f"\n{', '.join(map(shown_path, changed))} changed")


def stamps_of(files: Iterable[str]) -> dict[str, Stamp]:
    """The stamp of each file that is there."""
    stamps = {}
    for file in files:
        try:
            status = Path(file).stat()
        except OSError:
            continue
        stamps[file] = (status.st_mtime_ns, status.st_size)
    return stamps


def changes(before: Mapping[str, Stamp], now: Mapping[str, Stamp]) -> list[str]:
    """The files that were written, added or removed."""
    return [file for file in sorted({*before, *now}) if before.get(file) != now.get(file)]


class _Rounds:
    def __init__(self, targets: Sequence[str], arguments: Sequence[str], told: Path) -> None:
        # Without the working folder on the path, as the installed command has it.
        self._command = [sys.executable, "-P", "-m", "agentgraph", *arguments]
        self._command += [FILES_OPTION, str(told)]
        self._targets = targets
        self._told = told
        self._read: list[str] = []

    def check(self) -> None:
        self._told.unlink(missing_ok=True)
        # Python takes a module for unchanged that was written twice in one second, at one size.
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(self._command, check=False, env=environment)  # noqa: S603  # our own command
        if not self._told.exists():  # a check that was ended half-way has not told
            return
        read = json.loads(self._told.read_text(encoding="utf-8"))
        # Where something could not be loaded, what it would have loaded is not among the files.
        known = self._read if done.returncode == UNUSABLE else []
        self._read = [*known, *read]

    def files(self) -> Iterator[str]:
        """What the last check read, the project's settings, and all that could become a target."""
        found = dict.fromkeys(self._read)
        root = project_root(Path.cwd())
        if root is not None:
            found[str(root / "pyproject.toml")] = None
        for target in self._targets:
            found.update(dict.fromkeys(_in_target(target)))
        yield from found


def _in_target(target: str) -> Iterator[str]:
    path = Path(target.partition(":")[0])
    if path.is_dir():
        yield from (str(file.absolute()) for file in python_files(path))
    elif path.suffix == ".py":
        yield str(path.absolute())
