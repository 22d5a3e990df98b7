"""One root told once: consequences are told with what they come from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import get_args

from msgspec import Struct

from agentgraph.check.finding import Fault, Finding, Severity
from agentgraph.check.where import in_brackets

_SEVERITIES = get_args(Severity)


class Draft(Struct, frozen=True, eq=False):
    """A finding, and the fault that it was made of; `number` is its place among all.

    Where it is not `certain`, nothing that is comes of it.
    """

    finding: Finding
    fault: Fault
    number: int
    certain: bool = True


def told_once(drafts: Sequence[Draft], is_waived: Callable[[Finding], bool]) -> list[Finding]:
    """The findings that stand for themselves, each with what comes of it.

    What comes of a waived one is waived with it.
    """
    by_root: dict[tuple[str, ...], Draft] = {}
    for draft in drafts:
        for root in draft.fault.root:
            by_root.setdefault(root, draft)
    related: dict[int, list[Finding]] = {}
    kept: list[Draft] = []
    for draft in drafts:
        if is_waived(draft.finding):
            continue
        told = _told_with(draft, by_root)
        if told is draft:
            kept.append(draft)
        else:
            related.setdefault(told.number, []).append(draft.finding)
    return [_with_related(draft, related.get(draft.number, [])) for draft in kept]


def _told_with(draft: Draft, by_root: dict[tuple[str, ...], Draft]) -> Draft:
    """The finding that it is told with: the furthest that it comes of; itself where there is none.

    One that is settled to be less severe cannot tell it: an error would go under in a warning.
    """
    for cause in reversed(_causes(draft, by_root)):
        hidden = cause.fault.severity is not None and _rank(cause.finding) > _rank(draft.finding)
        if not hidden and _told_with(cause, by_root) is cause:
            return cause
    return draft


def _causes(draft: Draft, by_root: dict[tuple[str, ...], Draft]) -> list[Draft]:
    """What the draft comes of, what that comes of, and so on to the end.

    Where each comes of the other (a ring that nothing leads to), the first stands for all.
    """
    chain = [draft]
    while True:
        last = chain[-1]
        causes = (by_root[key] for key in sorted(last.fault.because) if key in by_root)
        known = (one for one in causes if one.certain or not last.certain)
        cause = next((one for one in known if one is not last), None)
        if cause is None:
            return chain[1:]
        if cause in chain:
            start = chain.index(cause)
            first = min(chain[start:], key=lambda one: one.number)
            return [] if first is draft else [*chain[1:start], first]
        chain.append(cause)


def _rank(finding: Finding) -> int:
    return _SEVERITIES.index(finding.severity)


def _in_a_line(finding: Finding) -> str:
    return f"{finding.code}: {finding.message}{in_brackets(finding.source)}"


def _with_related(draft: Draft, related: list[Finding]) -> Finding:
    """The finding with what comes of it; as severe as the worst of that, where its rule leaves it open."""
    finding = draft.finding
    if not related:
        return finding
    severity = finding.severity
    if draft.fault.severity is None:
        severity = min((finding, *related), key=_rank).severity
    lines = tuple(_in_a_line(one) for one in related)
    return replace(finding, severity=severity, related=(*finding.related, *lines))
