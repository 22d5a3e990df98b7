"""How to check: `[tool.agentgraph.check]`, and what the command line says instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from agentgraph.call.facts import read_facts
from agentgraph.call.models import TABLE
from agentgraph.cli.settings import Settings, read_settings
from agentgraph.errors import Problem, SettingsError

if TYPE_CHECKING:
    from agentgraph.check.settings import CheckSettings, Misfit


class Given(Struct, frozen=True, kw_only=True, eq=False):
    """What the command line says; None: nothing. `all_new`: no baseline, whatever the project has."""

    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    strict: bool | None = None
    baseline: Path | None = None
    all_new: bool = False


def read_check_settings(given: Given) -> tuple[Settings, CheckSettings]:
    """The project's settings, and those of a check. SettingsError: all that is wrong in either.

    `--select` stands instead of what the project selects and ignores, `--ignore` adds to
    what it ignores.
    """
    from agentgraph.check.settings import CheckSettings, misfits_of

    problems = list(_wrong_codes(given))
    try:
        settings = read_settings(judges={**JUDGES, "check": misfits_of})
    except SettingsError as error:
        raise SettingsError([*problems, *error.problems]) from error
    if problems:
        raise SettingsError(problems)
    return settings, CheckSettings(**_merged(settings.check, settings.root, given))


def _merged(table: Mapping[str, Any], root: Path | None, given: Given) -> dict[str, Any]:
    select, ignore = _codes(given.select), _codes(given.ignore)
    baseline = given.baseline
    if baseline is None and root is not None and table.get("baseline"):
        baseline = root / table["baseline"]
    if given.all_new:
        baseline = None
    return {
        "select": select or table.get("select", ()),
        "ignore": [*(() if select else table.get("ignore", ())), *ignore],
        "severity": table.get("severity", {}),
        "strict": table.get("strict", False) if given.strict is None else given.strict,
        "baseline": baseline,
    }


def _codes(texts: Sequence[str]) -> list[str]:
    """`AG101,AG4`, given once or several times."""
    return [code.strip() for text in texts for code in text.split(",") if code.strip()]


def _wrong_codes(given: Given) -> Iterator[Problem]:
    from agentgraph.check.settings import unknown_code

    for option, texts in (("--select", given.select), ("--ignore", given.ignore)):
        codes = _codes(texts)
        if texts and not codes:
            yield Problem("names no code", option, help=f"{option} AG101,AG4")
        for code in codes:
            for misfit in unknown_code(option, code):
                yield misfit.problem()


def _model_misfits(table: Mapping[str, Any]) -> Iterator[Misfit]:
    return _misfits(lambda: read_facts(table), TABLE)


def _run_misfits(table: Mapping[str, Any]) -> Iterator[Misfit]:
    from agentgraph.call.policy_settings import RUN, read_policies

    return _misfits(lambda: read_policies(table), RUN)


def _misfits(read: Callable[[], object], within: str) -> Iterator[Misfit]:
    from agentgraph.check.settings import Misfit

    try:
        read()
    except SettingsError as error:
        for problem in error.problems:
            key = problem.where.removeprefix(f"{within}.")
            yield Misfit(key, problem.message, "", problem.help)


JUDGES: Mapping[str, Callable[[Mapping[str, Any]], Iterator[Misfit]]] = {
    "models": _model_misfits,
    "run": _run_misfits,
}
"""What is wrong with the tables that every command reads alike."""
