"""What the analysis foretold of a small graph, and what was seen: the two held against each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from agentgraph.check.finding import Finding
from agentgraph.check.flow.definitions import Item
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.states import ALL
from agentgraph.contracts.validate import validator
from tests.properties.check_exploring import Key, Seen
from tests.properties.check_worlds import Fault, Known


def runs_of(flow: Flow, key: Key) -> list[int]:
    """The runs that a node stands for: one, or one for each Map that leads to it."""
    node, mapped = key
    if not mapped:
        return [flow.web.plain[node]]
    return [run.number for run in flow.web.runs if run.node == node and run.spread]


def matches(item: Item, value: Known | None) -> bool:
    """Whether an item tells of a value with this history."""
    definition = item.definition
    if value is None:
        return definition.kind == "absent"
    found, by = value
    kind, _, node = by.partition(":")
    if definition.kind != kind or (node and definition.node != node):
        return False
    return all(
        validator(atom.schema).is_valid({atom.field: found})
        for atom in item.atoms
        if atom.field == definition.field
    )


def unpredicted(flow: Flow, seen: Seen) -> list[str]:
    """What was seen and not foretold; in words, for people."""
    found = []
    for key, views in seen.starts.items():
        fields = [r.field for r in flow.agents[key[0]].reads] if key[1] else flow.effects.fields
        fact = _fact(flow, key)
        items = {field: flow.items_of(fact, field) for field in fields}
        found += [
            f"{key}: {field} = {view.get(field)}"
            for view in views
            for field in fields
            if not any(matches(item, view.get(field)) for item in items[field])
        ]
    for one, other in map(tuple, seen.pairs):
        if not _beside(flow, one, other):
            found.append(f"{sorted((one, other))} side by side")
    found += [f"{key} beside itself" for key in seen.twins if not _beside(flow, key, key)]
    for state in seen.ends:
        for port in flow.spec.output.ports:
            left = flow.items_of(flow.known.end, port.field)
            if not any(matches(item, state.get(port.field)) for item in left):
                found.append(f"end: {port.field} = {state.get(port.field)}")
    return sorted(set(found))


def facts_seen(flow: Flow, seen: Seen) -> int:
    """How many values were seen: those of each field at each start, and those of the output."""
    found = len(seen.ends) * len(flow.spec.output.ports)
    for (node, mapped), views in seen.starts.items():
        fields = flow.agents[node].reads if mapped else flow.effects.fields
        found += len(views) * len(fields)
    return found


def _fact(flow: Flow, key: Key) -> int:
    fact = 0
    for run in runs_of(flow, key):
        fact |= flow.known.given.get(run, 0) if key[1] else flow.known.at.get(run, {}).get(ALL, 0)
    return fact


def _beside(flow: Flow, one: Key, other: Key) -> bool:
    return any(
        flow.beside.runs(run) >> second & 1
        for run in runs_of(flow, one)
        for second in runs_of(flow, other)
    )


CODES = {
    "absent": {"AG401"},
    "misfit": {"AG101", "AG108"},
    # What is decided on several fields at once may be left undecided, and is then noted.
    "no branch": {"AG301", "AG102"},
    "clash": {"AG402"},
    "no output": {"AG105", "AG203", "AG301"},
    "bad output": {"AG105"},
}


HAPPENING = {"AG101", "AG105", "AG108", "AG203", "AG209", "AG301", "AG401", "AG402"}
"""Codes of errors that a turn runs into; the others are faults of the graph as it is written."""


def unreported(faults: set[Fault], findings: Iterable[Finding]) -> list[Fault]:
    told = {pair for finding in findings for pair in _told(finding)}
    return [
        fault
        for fault in faults
        if not any(
            (code, word) in told for code in CODES[fault.kind] for word in (fault.field, fault.node)
        )
        and not (fault.kind == "no output" and any(code in ("AG301", "AG209") for code, _ in told))
    ]


def _told(finding: Finding) -> Iterator[tuple[str, str]]:
    """Codes with the names that go with them, those of related findings included."""
    for text in (f"{finding} {finding.place} {' '.join(finding.reasons)}", *finding.related):
        for code in re.findall(r"AG\d\d\d", text):
            yield from ((code, word) for word in re.findall(r"\w+", text))
