"""The graph's output is missing or ill-typed at the end.

## What

There is a way to END on which a field of the declared output has not been written, or holds a
value that the output's type refuses.

## Why

Whoever calls the graph relies on its output as on any contract. LangGraph leaves a missing
field out in silence.

## Example

    class Reply(BaseModel):
        reply: str

    Route(triage, on="kind", to={"order": look_up, "chat": END}),     # no reply on "chat"

## Instead

Lead every way over an agent that writes the field, give the field a default, or declare it
optional in the output.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.endings import absent_at_end, ends_without, ill_typed
from agentgraph.check.finding import Fault, Root
from agentgraph.check.flow.definitions import Item
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.paths import trail_to_end
from agentgraph.check.walks import likely_name, missing, owner_of, writer_of, writers_of
from agentgraph.check.where import in_brackets
from agentgraph.model.graph import Port
from agentgraph.model.source import Source

CODE = "AG105"
SEVERITY = "error"
GRAPHS = ("declared", "adopted")


def find(flow: Flow) -> Iterator[Fault]:
    for port in flow.spec.output.ports:
        if absent_at_end(flow, port):
            if not writers_of(flow, port.field):
                yield _never(flow, port)
            elif flow.adopted is None and _is_ours(flow, port):
                yield _absent(flow, port)
        bad = list(ill_typed(flow, port))
        if bad:
            yield _ill_typed(flow, port, bad)


def _is_ours(flow: Flow, port: Port) -> bool:
    """Not where only ways that lead to no END leave it unset: they are told of one by one."""
    ways_to_end = ends_without(flow, port.field, silently=False)
    return bool(ways_to_end) or not ends_without(flow, port.field, silently=True)


def _never(flow: Flow, port: Port) -> Fault:
    return Fault(
        message=f"the output {port.field} is never written",
        at=f"END.{port.field}",
        source=_declared_at(flow, port) or flow.spec.output.source,
        help=likely_name(flow, port.field, port.contract)
        or f"let an agent write {port.field}, or take it out of the output",
        root=frozenset({("absent", port.field)}),
        because=missing(port.field),
    )


def _declared_at(flow: Flow, port: Port) -> Source | None:
    return flow.adopted.output.lines.get(port.field) if flow.adopted is not None else None


def _absent(flow: Flow, port: Port) -> Fault:
    item = flow.effects.absent(port.field)
    ways = ends_without(flow, port.field, silently=False)
    trail = trail_to_end(flow, item, ways[0].place) if ways else None
    writers = writers_of(flow, port.field)
    unreached: set[Root] = {
        ("unreachable", w.node) for w in writers if flow.reach.rank[w.number] < 0
    }
    return Fault(
        message=f"the output {port.field} may be missing at the end",
        at=f"END.{port.field}",
        source=(trail.source if trail else None) or flow.spec.output.source,
        path=trail.nodes if trail else (),
        reasons=tuple(
            f"written by: {run.node}{in_brackets(run.source)}, not on this way" for run in writers
        ),
        help=f"write {port.field} on every way to END, or make it optional in the output",
        because=frozenset(unreached) if len(unreached) == len(writers) else frozenset(),
    )


def _ill_typed(flow: Flow, port: Port, bad: list[Item]) -> Fault:
    answer = flow.questions.fits(bad[0], port.contract)
    writers = list(dict.fromkeys(item.definition for item in bad))
    first = writers[0]
    return Fault(
        message=f"{writer_of(first)} -> the output {port.field}: the contract does not hold",
        at=f"END.{port.field}",
        source=first.source or flow.spec.output.source,
        owner=owner_of(flow, first.node or ""),
        witness=answer.witness,
        has_witness=answer.has_witness,
        reasons=(
            *answer.reasons,
            *(f"written by: {writer_of(d)}{in_brackets(d.source)}" for d in writers),
        ),
        help=f"narrow what {writer_of(first)} writes to {port.field}, or widen the output",
        because=frozenset({("definition", str(d.number)) for d in writers}),
    )
