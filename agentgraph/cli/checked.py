"""Targets, checked: what was found, what is known already, and what could not be checked."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from agentgraph.call.facts import read_facts
from agentgraph.call.policy_settings import read_policies
from agentgraph.cli.check_settings import Given, read_check_settings
from agentgraph.cli.graphs import Found, FoundGraph, find_changed, find_graphs
from agentgraph.cli.outcome import FAILED, OK, UNUSABLE
from agentgraph.cli.plain import Plain
from agentgraph.cli.streams import say
from agentgraph.cli.stubs import Stubs
from agentgraph.errors import Problem, ProblemsError

if TYPE_CHECKING:
    from agentgraph.check.baseline import Baseline, Known
    from agentgraph.check.engine import Checking
    from agentgraph.check.finding import Finding
    from agentgraph.check.settings import CheckSettings
    from agentgraph.model.facts import ModelFacts
    from agentgraph.model.policy import Policies


class Checked(Struct, eq=False):
    """What a check came to.

    `findings` are those to be told; `hidden` is how many others the baseline knows, `gone` what
    it has that is no more. `strict`: warnings and notes count too. A change of one of `files`
    may change the answer. `stubbed` are packages that were stood in for.
    """

    graphs: list[FoundGraph] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    strict: bool = False
    baseline: Path | None = None
    hidden: int = 0
    gone: tuple[Known, ...] = ()
    files: tuple[str, ...] = ()
    stubbed: tuple[str, ...] = ()

    @property
    def readable(self) -> tuple[int, int]:
        """Of LangGraph graphs: how many nodes could be read, and how many there are."""
        plain = [one.graph.adopted.readable for one in self.graphs if isinstance(one.graph, Plain)]
        return sum(read for read, _ in plain), sum(nodes for _, nodes in plain)

    @property
    def code(self) -> int:
        """The exit code."""
        if self.problems:
            return UNUSABLE
        counts = any(self.strict or one.severity == "error" for one in self.findings)
        return FAILED if counts else OK


def check_targets(
    targets: Sequence[str],
    given: Given,
    *,
    changed: bool = False,
    stub_missing: bool = False,
    debug: bool = False,
) -> Checked:
    """The targets (or changed files), checked; whatever kept one from being is among the problems.

    `stub_missing`: packages that are not installed are stood in for, and said.
    """
    checked = Checked()
    stubs = Stubs() if stub_missing else None
    try:
        settings, check_settings = read_check_settings(given)
        facts = read_facts(settings.models)
        policies = read_policies(settings.run)
        baseline = _baseline(check_settings)
        find = find_changed if changed else find_graphs
        found = find(targets, settings, debug=debug, plain=True, stubs=stubs)
    except ProblemsError as error:
        checked.problems += error.problems
        return checked
    checked.stubbed = tuple(sorted(stubs.names)) if stubs is not None else ()
    checked.strict = check_settings.strict
    checked.problems += found.problems
    broken = (problem.file for problem in found.problems if problem.file)
    checked.files = (*_files(found), *broken)
    checking = _checking(check_settings, facts, policies)
    whole = _check(found, checking, checked, debug=debug)
    checked.findings = checking.findings(whole)
    if baseline is not None:
        checked.baseline = check_settings.baseline
        compared = baseline.compare(checked.findings, graphs=checking.graphs, whole=whole)
        checked.findings, checked.hidden = list(compared.new), compared.hidden
        checked.gone = tuple(known for known in compared.gone if check_settings.tells(known.code))
    return checked


def _baseline(settings: CheckSettings) -> Baseline | None:
    if settings.baseline is None:
        return None
    from agentgraph.check.baseline import read_baseline

    return read_baseline(settings.baseline)


def _checking(
    settings: CheckSettings, facts: Mapping[str, ModelFacts], policies: Policies
) -> Checking:
    from agentgraph.check.engine import Checking

    return Checking(settings, facts, policies)


def _check(found: Found, checking: Checking, checked: Checked, *, debug: bool) -> set[str]:
    """Checks the graphs; the files all of whose graphs were."""
    failed: set[str] = set()
    for one in found.graphs:
        try:
            checking.add(one.checked)
        except Exception as error:  # noqa: BLE001  # the other graphs still get checked
            checked.problems += _problems(error, one)
            failed |= _file_of(one)
            if debug:
                say("".join(traceback.format_exception(error)).rstrip())
        else:
            checked.graphs.append(one)
    whole = {file for one in checked.graphs if one.whole for file in _file_of(one)}
    return whole - failed


def _file_of(one: FoundGraph) -> set[str]:
    return {one.graph.spec.source.file} if one.graph.spec.source else set()


def _files(found: Found) -> Iterator[str]:
    """The modules, and the prompts beside them."""
    yield from found.files
    for one in found.graphs:
        for agent in one.graph.spec.agents:
            if agent.prompt is not None and agent.prompt.file and agent.source:
                yield str(Path(agent.source.file).parent / agent.prompt.file)


def _problems(error: Exception, graph: FoundGraph) -> Sequence[Problem]:
    if isinstance(error, ProblemsError):
        return error.problems
    message = f"the checker itself failed: {type(error).__name__}: {error}"
    return [Problem(message, where=graph.text, help="--debug shows where; please report it")]
