"""One root told once, and nothing lost by it: for faults that come of each other in any way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agentgraph.check.finding import Fault, Finding, Severity
from agentgraph.check.roots import Draft, told_once

RANK: dict[str, int] = {"error": 0, "warning": 1, "note": 2}
severities: st.SearchStrategy[Severity] = st.sampled_from(["error", "warning", "note"])
some = st.frozensets(st.sampled_from([("a",), ("b",), ("c",), ("d",)]), max_size=2)


@st.composite
def drafts(draw: st.DrawFn) -> list[Draft]:
    made = []
    for number in range(draw(st.integers(1, 8))):
        severity, settled = draw(severities), draw(st.booleans())
        fault = Fault(
            message=f"fault {number}",
            at="",
            severity=severity if settled else None,
            root=draw(some),
            because=draw(some),
        )
        finding = Finding(
            code="AG000", severity=severity, message=fault.message, graph="g", place="g"
        )
        made.append(Draft(finding, fault, number, certain=draw(st.booleans())))
    return made


@given(drafts())
def test_each_is_told_exactly_once_and_as_no_less_than_it_is(found: list[Draft]) -> None:
    told = told_once(found, lambda _: False)
    alone = {finding.message: finding.severity for finding in told}
    within = {line.removeprefix("AG000: "): f.severity for f in told for line in f.related}
    assert not alone.keys() & within.keys()
    assert len(told) + sum(len(f.related) for f in told) == len(found)
    for draft in found:
        severity = (alone | within)[draft.finding.message]
        assert RANK[severity] <= RANK[draft.finding.severity]


@given(drafts())
def test_what_is_settled_is_told_as_settled(found: list[Draft]) -> None:
    settled = {d.finding.message: d.fault.severity for d in found if d.fault.severity}
    for finding in told_once(found, lambda _: False):
        assert settled.get(finding.message, finding.severity) == finding.severity
