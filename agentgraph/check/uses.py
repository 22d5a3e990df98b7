"""Which writes somebody looks at: an agent, a decision, a Map, the output."""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.flow.definitions import Item
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.places import Run
from agentgraph.check.flow.reach import bits
from agentgraph.check.flow.states import ALL
from agentgraph.check.walks import seen_by_exits
from agentgraph.model.plan import Choose, Spread


class Uses:
    """The definitions that are looked at on some way after they were written."""

    def __init__(self, flow: Flow) -> None:
        found = flow.known.end
        for number in flow.reach.order:
            for fact, fields in _looks(flow, flow.web.runs[number]):
                for field in fields:
                    found |= fact & flow.items.of_field.get(field, 0)
        self._used = {flow.items.all[item].definition.number for item in bits(found)}

    def __contains__(self, item: Item) -> bool:
        return item.definition.number in self._used


def written_by(flow: Flow, run: Run) -> list[Item]:
    """What a run writes to the state, one item per field; the empty list before a Map apart."""
    effect = flow.effects.of[run.number]
    items = (flow.items.all[n] for n in (*effect.always.values(), *effect.maybe.values()))
    return [item for item in items if item.definition.kind != "empty"]


def _looks(flow: Flow, run: Run) -> Iterator[tuple[int, list[str]]]:
    number = run.number
    if number in flow.known.at:
        fact = flow.known.given.get(number, 0) if run.spread else flow.known.at[number][ALL]
        yield fact, [need.field for need in flow.effects.of[number].needs]
    if number in flow.known.left:
        yield seen_by_exits(flow, run), list(decided_at(flow, number))
    if number in flow.known.failed:
        yield flow.known.failed[number][ALL], list(decided_at(flow, number))


def decided_at(flow: Flow, run: int) -> Iterator[str]:
    """The fields that the exits of a run look at."""
    for option in flow.declared.web.options(run):
        for guard, _ in option.tests:
            yield from guard.fields
        if isinstance(option.exit, Choose):
            yield from (read.field for read in option.exit.reads)
        if isinstance(option.exit, Spread):
            yield option.exit.over
