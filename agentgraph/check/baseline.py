"""Findings that are known already, kept in a file, so that only new ones are told."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from agentgraph.check.finding import Finding
from agentgraph.check.where import path_from
from agentgraph.errors import Problem, SettingsError

_HEAD = {"agentgraph-baseline": 1}


class Known(Struct, frozen=True, order=True):
    """A finding as a baseline has it: `file` from the baseline's folder, and no line, which moves."""

    file: str
    place: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.code} at {self.place}: {self.message}"


class Compared(Struct, frozen=True):
    """Findings held against a baseline.

    `new` are those to be told, `hidden` is how many are known, `gone` is what the baseline
    has and the check did not find.
    """

    new: tuple[Finding, ...]
    hidden: int
    gone: tuple[Known, ...]

    __hash__ = None  # type: ignore[assignment]


class Baseline:
    """A file of known findings: one a line, sorted, so that versions differ where findings do."""

    def __init__(self, folder: Path, known: Mapping[Known, int]) -> None:
        self._folder = folder
        self._known = Counter(known)

    def compare(
        self, findings: Iterable[Finding], *, graphs: Collection[str], whole: Collection[str] = ()
    ) -> Compared:
        """What is new, and what is gone.

        `graphs` are the names of those that were checked, `whole` files all of whose graphs
        were. What the baseline has of others is not gone, unless its file is.
        """
        left = self._known.copy()
        new, hidden = [], 0
        for finding in findings:
            known = known_as(finding, self._folder)
            if left[known] > 0:
                left[known] -= 1
                hidden += 1
            else:
                new.append(finding)
        files = {path_from(self._folder, file) for file in whole}
        gone = (one for one in +left if self._is_judged(one, graphs, files))
        return Compared(tuple(new), hidden, tuple(sorted(gone)))

    def _is_judged(self, known: Known, graphs: Collection[str], files: Collection[str]) -> bool:
        if any(known.place == name or known.place.startswith(f"{name}.") for name in graphs):
            return True
        return known.file in files or not (self._folder / known.file).exists()


def known_as(finding: Finding, folder: Path) -> Known:
    """What stays of a finding when its line moves."""
    file = path_from(folder, finding.file) if finding.file else ""
    return Known(file, finding.place, finding.code, finding.message)


def fingerprints(findings: Sequence[Finding], folder: Path) -> list[str]:
    """A text for each finding that stays when its line moves; several alike are numbered."""
    seen: Counter[Known] = Counter()
    made = []
    for finding in findings:
        known = known_as(finding, folder)
        seen[known] += 1
        parts = (known.file, known.place, known.code, known.message, str(seen[known]))
        made.append(hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32])
    return made


def baseline_text(findings: Iterable[Finding], folder: Path) -> str:
    """The text of a baseline in that folder which has just these findings."""
    known = Counter(known_as(finding, folder) for finding in findings)
    lines: list[dict[str, Any]] = [_HEAD]
    for one in sorted(known):
        line = {"code": one.code, "file": one.file, "place": one.place, "message": one.message}
        lines.append(line if known[one] == 1 else {**line, "count": known[one]})
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def read_baseline(path: Path) -> Baseline:
    """The baseline in a file. SettingsError: it cannot be read, or is none, all its lines that are wrong."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        help_ = "" if path.exists() else f"write it: agentgraph check --write-baseline {path}"
        message = f"cannot be read: {error.strerror}"
        raise SettingsError([Problem(message, str(path), help=help_)], "no baseline") from None
    except UnicodeDecodeError:
        raise SettingsError([Problem("it is not UTF-8 text", str(path))], "no baseline") from None
    problems: list[Problem] = []
    known: Counter[Known] = Counter()
    for number, line in enumerate(lines, 1):
        try:
            known.update(_known(line, first=number == 1))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            problems.append(_malformed(path, number))
            if number == 1:
                break
    if not lines:
        problems.append(_malformed(path, 1))
    if problems:
        raise SettingsError(problems, "the baseline does not hold")
    return Baseline(path.absolute().parent, known)


def _known(line: str, *, first: bool) -> dict[Known, int]:
    read = json.loads(line)
    if first:
        if read != _HEAD:
            raise ValueError(line)
        return {}
    texts = [read.get(key) for key in ("file", "place", "code", "message")]
    count = read.get("count", 1)
    if not all(isinstance(text, str) for text in texts) or type(count) is not int or count < 1:
        raise ValueError(line)
    return {Known(*texts): count}


def _malformed(path: Path, line: int) -> Problem:
    if line == 1:
        message = f"not a baseline: it begins with {json.dumps(_HEAD)}"
    else:
        message = "not a finding: it has code, file, place and message"
    help_ = "a baseline is written by --write-baseline, not by hand"
    return Problem(message, file=str(path), line=line, help=help_)
