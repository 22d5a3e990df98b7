"""Every rule there is: found by walking the packages of rules and of `comments`, one file each."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from types import ModuleType
from typing import Any, Literal, get_args

from msgspec import Struct

from agentgraph.check import comments as _comments
from agentgraph.check import plain_rules as _plain_rules
from agentgraph.check import rules as _rules
from agentgraph.check.codes import as_code, nearest_code
from agentgraph.check.finding import Fault, Severity
from agentgraph.errors import Problem, ProblemsError, SettingsError

HEADINGS = ("What", "Why", "Example", "Instead")
About = Literal["graph", "comment"]
Kind = Literal["declared", "adopted"]
"""Graphs of our own, or of another framework."""
_PACKAGES: dict[About, tuple[ModuleType, ...]] = {
    "graph": (_rules, _plain_rules),
    "comment": (_comments,),
}
# Of a graph: the group, then a number. AG0 is for what is said of the findings themselves.
_CODES: dict[About, re.Pattern[str]] = {
    "graph": re.compile(r"AG[1-9]\d\d\Z"),
    "comment": re.compile(r"AG0\d\d\Z"),
}
_HEADING = re.compile(r"^## (\w+)$", flags=re.MULTILINE)
OURS = frozenset({"declared"})
"""The graphs that a rule is about where its file names none (`GRAPHS`)."""


class RuleError(ProblemsError):
    """A rule's file is not as a rule's file must be."""

    headline = "the catalogue of rules does not hold together"


class Rule(Struct, frozen=True):
    """One rule: `name` is its file's, `summary` the first line of its page.

    `find` takes the `Flow` of a graph; of a rule that is about comments, a `JudgedIgnore`.
    `needs_models`: without facts of the models it says less than there is.
    `graphs` are those it is about: "declared" are our own, "adopted" those of another framework.
    """

    code: str
    severity: Severity
    name: str
    summary: str
    page: str
    about: About
    needs_models: bool
    find: Callable[[Any], Iterator[Fault]]
    graphs: frozenset[str] = OURS


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, by code. RuleError: with file and line, for each that is malformed."""
    found = (read_rules(_modules(packages), about) for about, packages in _PACKAGES.items())
    return tuple(sorted((rule for some in found for rule in some), key=lambda rule: rule.code))


@cache
def rules_about(kind: Kind) -> tuple[Rule, ...]:
    """The rules about graphs of that kind, by code; to ask for ours does not import the others."""
    packages = (_rules,) if kind == "declared" else _PACKAGES["graph"]
    return tuple(rule for rule in read_rules(_modules(packages)) if kind in rule.graphs)


@cache
def known_codes() -> tuple[str, ...]:
    """The codes of all rules, in order."""
    return tuple(rule.code for rule in rules())


def _modules(packages: Iterable[ModuleType]) -> Iterator[ModuleType]:
    for package in packages:
        for name in sorted(info.name for info in pkgutil.iter_modules(package.__path__)):
            yield importlib.import_module(f"{package.__name__}.{name}")


def read_rules(modules: Iterable[ModuleType], about: About = "graph") -> tuple[Rule, ...]:
    """The rules that modules are, by code. RuleError: as above."""
    found: list[Rule] = []
    problems: list[Problem] = []
    for module in modules:
        page = inspect.cleandoc(module.__doc__ or "")
        faults = list(_faults(module, page, about, {rule.code: rule.name for rule in found}))
        problems += faults
        if not faults:
            found.append(_rule(module, page, about))
    if problems:
        raise RuleError(problems)
    return tuple(sorted(found, key=lambda rule: rule.code))


def explain(code: str) -> str:
    """The page of a rule: what it finds, why that matters, an example, what to do instead.

    SettingsError: there is no such code.
    """
    wanted = as_code(code)
    for rule in rules():
        if rule.code == wanted:
            return f"{rule.code} ({rule.severity}): {rule.page}\n"
    near = nearest_code(wanted, known_codes())
    help_ = f"the rules are {', '.join(known_codes())}"
    if near:
        help_ = f"did you mean {near}? {help_}"
    raise SettingsError([Problem(f"there is no rule {code!r}", help=help_)])


def _rule(module: ModuleType, page: str, about: About) -> Rule:
    return Rule(
        code=module.CODE,
        severity=module.SEVERITY,
        name=module.__name__.rpartition(".")[2],
        summary=page.partition("\n")[0],
        page=page,
        about=about,
        needs_models=getattr(module, "NEEDS_MODELS", False),
        find=module.find,
        graphs=frozenset(getattr(module, "GRAPHS", OURS)),
    )


def _faults(
    module: ModuleType, page: str, about: About, taken: dict[str, str]
) -> Iterator[Problem]:
    def problem(message: str, at: str = "") -> Problem:
        return Problem(message, file=module.__file__, line=_line(module, at))

    code = getattr(module, "CODE", None)
    if not isinstance(code, str) or not _CODES[about].match(code):
        like = "AG101" if about == "graph" else "AG001"
        yield problem(f"CODE must be like {like}, not {code!r}", "CODE")
    elif code in taken:
        yield problem(f"{code} is taken by {taken[code]}", "CODE")
    if getattr(module, "SEVERITY", None) not in get_args(Severity):
        yield problem(f"SEVERITY must be one of {', '.join(get_args(Severity))}", "SEVERITY")
    if not callable(getattr(module, "find", None)):
        yield problem("there is no function find", "def find")
    if tuple(_HEADING.findall(page)) != HEADINGS:
        yield problem(f"its docstring needs the headings {', '.join(HEADINGS)}, in this order")


def _line(module: ModuleType, start: str) -> int:
    try:
        lines = inspect.getsource(module).splitlines()
    except OSError:
        return 1
    return next((n for n, line in enumerate(lines, 1) if start and line.startswith(start)), 1)
