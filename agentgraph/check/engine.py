"""All findings of a graph: every rule asked, one root told once, in a fixed order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol, get_args

from agentgraph.check.analysis import analyse_all
from agentgraph.check.catalogue import rules
from agentgraph.check.finding import Fault, Finding, Severity
from agentgraph.check.flow.flow import Flow
from agentgraph.check.ignores import without_ignored
from agentgraph.check.where import in_brackets
from agentgraph.model.facts import ModelFacts
from agentgraph.model.graph import GraphSpec
from agentgraph.model.plan import Plan

_SEVERITIES = get_args(Severity)


class HasSpec(Protocol):
    """A `Graph`, as far as the checker looks at it."""

    @property
    def spec(self) -> GraphSpec: ...


@dataclass(frozen=True, slots=True, eq=False)
class _Draft:
    finding: Finding
    fault: Fault
    number: int


def check_graph(
    graph: GraphSpec | HasSpec,
    *,
    plan: Plan | None = None,
    models: Mapping[str, ModelFacts] | None = None,
) -> list[Finding]:
    """All that is wrong with a graph, or may be, those of graphs within it included.

    `plan` is what will run, where it is not simply the graph lowered. `models` are what is known
    of the models by role; rules about models are silent without. The order is the
    same every time: by place in the source, then by code. DeclarationError: the graph
    names what it does not have, so there is nothing to check. What the source waives on its
    line (`# agentgraph: ignore[AG403]`) is left out.
    """
    spec = graph if isinstance(graph, GraphSpec) else graph.spec
    found: list[Finding] = []
    for flow in analyse_all(spec, plan, models):
        found += _findings(flow)
    return sorted(without_ignored(found), key=_order)


def _findings(flow: Flow) -> list[Finding]:
    drafts: list[_Draft] = []
    for rule in rules():
        for fault in rule.find(flow):
            finding = _finding(flow, fault, rule.code, rule.severity)
            drafts.append(_Draft(finding, fault, len(drafts)))
    return _told_once(drafts)


def _finding(flow: Flow, fault: Fault, code: str, severity: str) -> Finding:
    return Finding(
        code=code,
        severity=fault.severity or severity,  # type: ignore[arg-type]  # the catalogue has checked it
        message=fault.message,
        graph=flow.spec.name,
        place=f"{flow.spec.name}.{fault.at}" if fault.at else flow.spec.name,
        source=fault.source or flow.spec.source,
        owner=fault.owner or flow.spec.owner,
        witness=fault.witness,
        has_witness=fault.has_witness,
        path=fault.path,
        reasons=fault.reasons,
        help=fault.help,
    )


def _told_once(drafts: list[_Draft]) -> list[Finding]:
    """Consequences are told with what they come from."""
    by_root: dict[tuple[str, ...], _Draft] = {}
    for draft in drafts:
        for root in draft.fault.root:
            by_root.setdefault(root, draft)
    related: dict[int, list[Finding]] = {}
    kept: list[_Draft] = []
    for draft in drafts:
        cause = _cause(draft, by_root)
        if cause is None:
            kept.append(draft)
        else:
            related.setdefault(cause.number, []).append(draft.finding)
    return [_with_related(draft, related.get(draft.number, [])) for draft in kept]


def _cause(draft: _Draft, by_root: dict[tuple[str, ...], _Draft]) -> _Draft | None:
    """What the draft comes of, followed to the end; None where it stands for itself.

    Where each comes of the other (a ring that nothing leads to), the first stands for all.
    """
    chain = [draft]
    while True:
        causes = (by_root[key] for key in sorted(chain[-1].fault.because) if key in by_root)
        cause = next((one for one in causes if one is not chain[-1]), None)
        if cause is None:
            return chain[-1] if len(chain) > 1 else None
        if cause in chain:
            ring = chain[chain.index(cause) :]
            first = min(ring, key=lambda one: one.number)
            return None if first is draft else first
        chain.append(cause)


def _in_a_line(finding: Finding) -> str:
    return f"{finding.code}: {finding.message}{in_brackets(finding.source)}"


def _with_related(draft: _Draft, related: list[Finding]) -> Finding:
    """The finding with what comes of it; as severe as the worst of that, where its rule leaves it open."""
    finding, severity = draft.finding, draft.fault.severity
    if not related:
        return finding
    if severity is None:
        worst = min((finding, *related), key=lambda one: _SEVERITIES.index(one.severity))
        severity = worst.severity
    lines = tuple(_in_a_line(one) for one in related)
    return replace(finding, severity=severity, related=(*finding.related, *lines))


def _order(finding: Finding) -> tuple[str, int, str, str, str]:
    return (finding.file or "", finding.line or 0, finding.code, finding.place, finding.message)
