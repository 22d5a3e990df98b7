"""Which findings are told, how much each counts, and what is known already."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_args

from agentgraph.check.catalogue import known_codes
from agentgraph.check.codes import as_code, longest_match, names_some, nearest_code
from agentgraph.check.finding import Finding, Severity
from agentgraph.errors import Problem, SettingsError

_SEVERITIES: tuple[Severity, ...] = get_args(Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSettings:
    """How a graph is checked: the table `[tool.agentgraph.check]`, as a value.

    Codes may be the beginning of several: `AG4` is all of group 4; of two that name a code the
    longer one holds, and `ignore` where they are alike. `select` are the codes that are told
    (none: all), `ignore` those that are not, `severity` what a code counts as instead of its
    own. `strict`: warnings and notes count like errors. `baseline`: a file of findings that are
    known, and not told. SettingsError: all that is wrong with them.
    """

    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    strict: bool = False
    baseline: Path | None = None

    __hash__ = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        misfits = list(misfits_of(given))
        if misfits:
            raise SettingsError([misfit.problem() for misfit in misfits])
        object.__setattr__(self, "select", tuple(map(as_code, self.select)))
        object.__setattr__(self, "ignore", tuple(map(as_code, self.ignore)))
        severity = {as_code(code): value for code, value in self.severity.items()}
        object.__setattr__(self, "severity", severity)

    def tells(self, code: str) -> bool:
        """Whether findings of that code are told."""
        selected = longest_match(code, self.select or ("",))
        ignored = longest_match(code, self.ignore)
        if selected is None:
            return False
        return ignored is None or len(selected) > len(ignored)

    def severity_of(self, code: str, own: Severity) -> Severity:
        """What findings of that code count as, where their own severity is `own`."""
        match = longest_match(code, self.severity)
        return own if match is None else self.severity[match]

    def counts(self, finding: Finding) -> bool:
        """Whether the finding makes a check fail."""
        return self.strict or finding.severity == "error"


@dataclass(frozen=True, slots=True)
class Misfit:
    """One thing that is wrong with a setting.

    `key` is the setting, `value` the text in it that is at fault, where it is one text.
    """

    key: str
    message: str
    value: str = ""
    help: str = ""

    def problem(self, where: str = "", file: str | None = None, line: int | None = None) -> Problem:
        """The misfit as a problem: `where` stands for the key, which is said otherwise."""
        return Problem(self.message, where or self.key, file, line, self.help)


def misfits_of(table: Mapping[str, Any]) -> Iterator[Misfit]:
    """All that is wrong with settings, as `CheckSettings` takes them or pyproject.toml has them."""
    known = [one.name for one in fields(CheckSettings)]
    for key, value in table.items():
        if key in ("select", "ignore"):
            yield from _code_misfits(key, value)
        elif key == "severity":
            yield from _severity_misfits(value)
        elif key == "strict":
            if not isinstance(value, bool):
                yield Misfit(key, "must be true or false")
        elif key == "baseline":
            if not isinstance(value, str | Path | None):
                yield Misfit(key, "must be a path", help='baseline = "agentgraph-baseline.jsonl"')
        else:
            near = difflib.get_close_matches(key, known, 1)
            help_ = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
            yield Misfit(key, "no such setting", help=help_)


def _code_misfits(key: str, value: object) -> Iterator[Misfit]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        yield Misfit(key, "must be a list of codes", help=f'{key} = ["AG303", "AG4"]')
        return
    for code in value:
        yield from unknown_code(key, code)


def _severity_misfits(value: object) -> Iterator[Misfit]:
    if not isinstance(value, Mapping):
        yield Misfit("severity", "must be a table", help='severity = {AG303 = "error"}')
        return
    for code, severity in value.items():
        yield from unknown_code("severity", str(code))
        if severity not in _SEVERITIES:
            message = f"{code} cannot be {severity!r}"
            yield Misfit("severity", message, str(code), f"one of {', '.join(_SEVERITIES)}")


def unknown_code(key: str, code: str) -> Iterator[Misfit]:
    """The misfit of a code that names no rule; nothing where it names some."""
    if not names_some(as_code(code), known_codes()):
        near = nearest_code(as_code(code), known_codes())
        help_ = f"did you mean {near}?" if near else f"the rules are {', '.join(known_codes())}"
        yield Misfit(key, f"there is no rule {code!r}", code, help_)
