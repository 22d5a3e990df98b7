"""Which findings are told, and how much each counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentgraph.check.catalogue import known_codes
from agentgraph.check.codes import nearest_code
from agentgraph.check.engine import check_graph
from agentgraph.check.settings import CheckSettings
from agentgraph.errors import SettingsError
from tests.unit.check.test_engine import NUMBER, TEXT, agent, graph

SPEC = graph(
    agent("w", {}, {"x": NUMBER}),
    agent("r", {"x": TEXT, "nobody": TEXT}, {}),
    agent("alone", {}, {}),
    ways=[("START", "w"), ("w", "r"), ("r", "END")],
)


def told(**settings) -> list[str]:
    found = check_graph(SPEC, settings=CheckSettings(**settings))
    return [f"{finding.code} {finding.severity}" for finding in found]


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        ({}, ["AG101", "AG202", "AG401"]),
        ({"select": ["AG1"]}, ["AG101"]),
        ({"select": ["ag1", "AG401"]}, ["AG101", "AG401"]),
        ({"ignore": ["AG4"]}, ["AG101", "AG202"]),
        ({"ignore": ["AG"]}, []),
        ({"select": ["AG4"], "ignore": ["AG401"]}, []),
        ({"select": ["AG401"], "ignore": ["AG4"]}, ["AG401"]),
        ({"select": ["AG401"], "ignore": ["AG401"]}, []),
    ],
)
def test_the_more_exact_code_holds(settings: dict[str, list[str]], codes: list[str]) -> None:
    assert [one.split()[0] for one in told(**settings)] == codes


def test_a_severity_of_ones_own() -> None:
    severity = {"AG": "note", "AG40": "error", "AG2": "warning"}

    assert told(severity=severity) == ["AG101 note", "AG202 warning", "AG401 error"]


def test_what_counts_is_decided_by_the_severity_that_was_set() -> None:
    settings = CheckSettings(severity={"AG": "note", "AG202": "error"})
    strict = CheckSettings(severity={"AG": "note"}, strict=True)

    found = check_graph(SPEC, settings=settings)
    assert [one.code for one in found if settings.counts(one)] == ["AG202"]
    assert all(strict.counts(one) for one in check_graph(SPEC, settings=strict))


def test_a_consequence_stands_for_itself_where_its_cause_is_not_asked_for() -> None:
    """Not to ask for a code says nothing of what it leads to."""
    spec = graph(
        agent("a", {}, {}),
        agent("b", {}, {}),
        agent("c", {"q": NUMBER}, {}),
        ways=[("START", "a"), ("a", "END"), ("b", "c"), ("c", "b")],
    )
    (cause,) = check_graph(spec)
    assert (cause.code, [one.partition(":")[0] for one in cause.related]) == ("AG202", ["AG202"])
    assert check_graph(spec, settings=CheckSettings(ignore=["AG202"])) != [cause]


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        CheckSettings(
            select="AG1",
            ignore=["AG4O3", "AG9", "rubbish"],
            severity={"AG403x": "error", "AG401": "fatal"},  # type: ignore[dict-item]
            strict="yes",  # type: ignore[arg-type]
            baseline=3,  # type: ignore[arg-type]
        )

    problems = [(problem.where, problem.message) for problem in refused.value.problems]
    assert problems == [
        ("select", "must be a list of codes"),
        ("ignore", "there is no rule 'AG4O3'"),
        ("ignore", "there is no rule 'AG9'"),
        ("ignore", "there is no rule 'rubbish'"),
        ("severity", "there is no rule 'AG403x'"),
        ("severity", "AG401 cannot be 'fatal'"),
        ("strict", "must be true or false"),
        ("baseline", "must be a path"),
    ]


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("AG340", "AG304"), ("AG1O1", "AG101"), ("AG01", "AG001"), ("AG999", None), ("", None)],
)
def test_the_code_that_was_likely_meant(slip: str, meant: str | None) -> None:
    assert nearest_code(slip, known_codes()) == meant


def test_settings_are_the_same_however_the_codes_are_written() -> None:
    assert CheckSettings(select=["ag4 "]) == CheckSettings(select=("AG4",))
    assert CheckSettings(baseline=Path("x")) != CheckSettings()
