"""What is counted or gathered within a turn goes on in the next.

## What

With a checkpointer every key keeps its value from turn to turn. A counter by which a router bounds a loop is never set
back; or a list to which the runs of a map add their results is never emptied.

## Why

The first turn works. The second begins with the count of the first, and has used up its attempts; or rates
the results of both turns together.

## Example

    attempts = state.get("attempts", 0) + 1

## Instead

Set it back where the turn ends or begins: `"attempts": 0`, `"verdicts": Overwrite([])`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.adopt.adopted import Adopted, NodeFacts
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.plain.kinds import adds
from agentgraph.check.plain.places import writes
from agentgraph.check.plain.sending import sends
from agentgraph.read.node_facts import KeyRead, KeyWrite

CODE = "AG824"
SEVERITY = "warning"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    adopted = flow.adopted
    if adopted is None or not adopted.remembers or adopted.nested:
        return
    if not all(facts.can_be_read for facts in adopted.nodes.values()):
        return
    by_key: dict[str, list[tuple[NodeFacts, KeyWrite]]] = {}
    for facts in adopted.nodes.values():
        if facts.inner is not None or _echoes(facts):
            return
        for _, write in writes(facts):
            by_key.setdefault(write.key, []).append((facts, write))
    for key, found in by_key.items():
        if key in adopted.input.types and adopted.input.made_of is not adopted.state.made_of:
            continue  # the caller gives it anew
        if key in adopted.reducers:
            yield from _gathered(adopted, key, found)
        else:
            yield from _counted(adopted, key, found)


def _echoes(facts: NodeFacts) -> bool:
    outcomes = facts.body.outcomes if facts.body is not None else ()
    return any(one.echoes or one.kind == "object" for one in outcomes)


def _counted(
    adopted: Adopted, key: str, found: list[tuple[NodeFacts, KeyWrite]]
) -> Iterator[Fault]:
    if not all(key in write.uses and write.counts for _, write in found):
        return
    routers = [one.body for one in adopted.branches if one.body is not None]
    bounds = any(read.key == key for body in routers if body.weighs for read in body.reads)
    facts, _ = found[0]
    read = _with_default(facts, key)
    if bounds and read is not None:
        yield Fault(
            message=f"{key} is counted in {facts.name} and never set back: a later turn begins where the last one ended",
            at=f"{facts.name}.{key}",
            source=read.source,
            help=f'set it back where the turn ends: "{key}": 0',
        )


def _with_default(facts: NodeFacts, key: str) -> KeyRead | None:
    """Where the count is taken, if it begins by itself where there is none."""
    reads = facts.body.reads if facts.body is not None else ()
    return next((read for read in reads if read.key == key and read.how == "guarded"), None)


def _gathered(
    adopted: Adopted, key: str, found: list[tuple[NodeFacts, KeyWrite]]
) -> Iterator[Fault]:
    sent = {target.label for _, _, target in sends(adopted) if target.repeats}
    if not adds(adopted.reducers[key]) or not all(facts.name in sent for facts, _ in found):
        return
    if any(write.shape == "overwrite" for _, write in found):
        return
    yield Fault(
        message=f"{key} gathers what {found[0][0].name} finds, and is never emptied: a later turn has that of the earlier ones, too",
        at=key,
        source=adopted.state.lines.get(key) or found[0][1].source,
        help=f'empty it where the turn begins: "{key}": Overwrite([])',
    )
