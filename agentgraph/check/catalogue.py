"""Every rule there is: found by walking the package `rules`, one file each."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import get_args

from agentgraph.check import rules as _package
from agentgraph.check.finding import Fault, Severity
from agentgraph.check.flow.flow import Flow
from agentgraph.errors import Problem, ProblemsError, SettingsError

HEADINGS = ("What", "Why", "Example", "Instead")
_CODE = re.compile(r"AG[1-9]\d\d\Z")


class RuleError(ProblemsError):
    """A rule's file is not as a rule's file must be."""

    headline = "the catalogue of rules does not hold together"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `name` is its file's, `summary` the first line of its page."""

    code: str
    severity: Severity
    name: str
    summary: str
    page: str
    find: Callable[[Flow], Iterator[Fault]]


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, by code. RuleError: with file and line, for each that is malformed."""
    names = sorted(info.name for info in pkgutil.iter_modules(_package.__path__))
    return read_rules(importlib.import_module(f"{_package.__name__}.{name}") for name in names)


def read_rules(modules: Iterable[ModuleType]) -> tuple[Rule, ...]:
    """The rules that modules are, by code. RuleError: as above."""
    found: list[Rule] = []
    problems: list[Problem] = []
    for module in modules:
        faults = list(_faults(module, {rule.code: rule.name for rule in found}))
        problems += faults
        if not faults:
            found.append(_rule(module))
    if problems:
        raise RuleError(problems)
    return tuple(sorted(found, key=lambda rule: rule.code))


def explain(code: str) -> str:
    """The page of a rule: what it finds, why that matters, an example, what to do instead.

    SettingsError: there is no such code.
    """
    wanted = code.strip().upper()
    for rule in rules():
        if rule.code == wanted:
            return f"{rule.code} ({rule.severity}): {rule.page}\n"
    known = ", ".join(rule.code for rule in rules())
    raise SettingsError([Problem(f"there is no rule {code!r}", help=f"the rules are {known}")])


def _rule(module: ModuleType) -> Rule:
    page = inspect.cleandoc(module.__doc__ or "")
    return Rule(
        code=module.CODE,
        severity=module.SEVERITY,
        name=module.__name__.rpartition(".")[2],
        summary=page.partition("\n")[0],
        page=page,
        find=module.find,
    )


def _faults(module: ModuleType, taken: dict[str, str]) -> Iterator[Problem]:
    def problem(message: str, at: str = "") -> Problem:
        return Problem(message, file=module.__file__, line=_line(module, at))

    code = getattr(module, "CODE", None)
    if not isinstance(code, str) or not _CODE.match(code):
        yield problem(f"CODE must be like AG101, not {code!r}", "CODE")
    elif code in taken:
        yield problem(f"{code} is taken by {taken[code]}", "CODE")
    if getattr(module, "SEVERITY", None) not in get_args(Severity):
        yield problem(f"SEVERITY must be one of {', '.join(get_args(Severity))}", "SEVERITY")
    if not callable(getattr(module, "find", None)):
        yield problem("there is no function find", "def find")
    page = inspect.cleandoc(module.__doc__ or "")
    found = re.findall(r"^## (\w+)$", page, flags=re.MULTILINE)
    if tuple(found) != HEADINGS:
        yield problem(f"its docstring needs the headings {', '.join(HEADINGS)}, in this order")


def _line(module: ModuleType, start: str) -> int:
    try:
        lines = inspect.getsource(module).splitlines()
    except OSError:
        return 1
    return next((n for n, line in enumerate(lines, 1) if start and line.startswith(start)), 1)
