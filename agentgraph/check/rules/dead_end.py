"""A way that just ends, with the output not written.

## What

After this agent nothing follows, neither another agent nor END, and a turn that goes this
way is over without the output that the graph promises.

## Why

The engine does not mind: the run "succeeds", and the caller gets an answer with a hole in it.

## Example

    Route(triage, on="kind", to={"order": look_up, "chat": small_talk}),
    Edge(look_up, reply),
    Edge(reply, END),              # small_talk leads nowhere, and writes no reply

A side branch that ends by design (a log, a notification) is no fault: another way goes on.

## Instead

Lead the agent on, to the one that writes the output or to END.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.endings import absent_at_end, ends_without
from agentgraph.check.finding import Fault, Root
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.paths import trail_to_end
from agentgraph.check.flow.places import Run
from agentgraph.check.plain.places import facts_of
from agentgraph.check.walks import owner_of, writers_of
from agentgraph.check.where import in_brackets
from agentgraph.model.source import Source

CODE = "AG203"
SEVERITY = "error"
GRAPHS = ("declared", "adopted")


def find(flow: Flow) -> Iterator[Fault]:
    missing: dict[int, list[str]] = {}
    for port in flow.spec.output.ports:
        if absent_at_end(flow, port):
            for ending in ends_without(flow, port.field, silently=True):
                if not flow.web.normal[ending.run] or _stops(flow, ending.run):
                    missing.setdefault(ending.run, []).append(port.field)
    for run, fields in missing.items():
        yield _fault(flow, run, fields)
    # That a way has no END is usual in LangGraph.
    if flow.spec.output.ports and not missing and flow.adopted is None:
        for ending in ends_without(flow, None, silently=True):
            if not flow.web.normal[ending.run]:
                yield _without_end(flow, flow.web.runs[ending.run])


def _fault(flow: Flow, run: int, fields: list[str]) -> Fault:
    node = flow.web.runs[run].node
    writers = list(dict.fromkeys(w for field in fields for w in writers_of(flow, field)))
    causes = _causes(flow, fields, writers)
    on = " or ".join(writer.node for writer in writers)
    return Fault(
        message=f"nothing follows {node}, and {', '.join(fields)} {_is(fields)} not written then",
        at=node,
        source=_stopping_at(flow, node) or flow.web.runs[run].source,
        owner=owner_of(flow, node),
        path=trail_to_end(flow, flow.effects.absent(fields[0]), flow.web.stops[run]).nodes,
        reasons=tuple(
            f"written by: {writer.node}{in_brackets(writer.source)}, not on this way"
            for writer in writers
        ),
        help=f"lead {node} on, to {on}" if on else f"lead {node} on",
        # An agent that nothing leads to, where a way ends too early, is the same fault.
        root=frozenset({("end", node)} if causes else {("end", node), ("gap", "")}),
        because=causes,
    )


def _stops(flow: Flow, run: int) -> bool:
    return _stopping_at(flow, flow.web.runs[run].node) is not None


def _stopping_at(flow: Flow, node: str) -> Source | None:
    """Where a node of an adopted graph, of those that say where to go by commands, does not say it."""
    facts = facts_of(flow, node)
    outcomes = facts.body.outcomes if facts is not None and facts.body is not None else ()
    if not any(one.targets for one in outcomes):
        return None
    return next((one.source for one in outcomes if not one.targets and not one.falls), None)


def _causes(flow: Flow, fields: list[str], writers: list[Run]) -> frozenset[Root]:
    if writers and all(flow.reach.rank[writer.number] < 0 for writer in writers):
        return frozenset(("unreachable", writer.node) for writer in writers)
    return frozenset(("missing", field) for field in fields if not writers_of(flow, field))


def _without_end(flow: Flow, run: Run) -> Fault:
    return Fault(
        message=f"nothing follows {run.node}, not even END",
        severity="warning",
        at=run.node,
        source=run.source,
        owner=owner_of(flow, run.node),
        help=f"say that the turn is over there: Edge({run.node}, END)",
    )


def _is(fields: list[str]) -> str:
    return "is" if len(fields) == 1 else "are"
