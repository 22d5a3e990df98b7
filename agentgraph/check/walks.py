"""What several rules look for: who takes what, where it comes from, how to name it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence

from agentgraph.check.finding import Fault, Root
from agentgraph.check.flow.definitions import Definition
from agentgraph.check.flow.effects import Need
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.paths import Trail, trail
from agentgraph.check.flow.places import Run
from agentgraph.check.flow.reach import bits
from agentgraph.check.flow.states import ALL
from agentgraph.check.flow.taken import Misfit, Taking
from agentgraph.check.where import in_brackets
from agentgraph.model.contract import ANYTHING, Contract
from agentgraph.model.graph import START
from agentgraph.model.plan import Choose, Spread
from agentgraph.model.source import Source

A_LIST = Contract("a list", {"type": "array"}, {"type": "array"})


def takings(flow: Flow) -> Sequence[Taking]:
    """Everything that is taken from the state, by runs that START reaches, in flow order."""
    if flow.takings is None:
        flow.takings = tuple(_takings(flow))
    return flow.takings


def _takings(flow: Flow) -> Iterator[Taking]:
    for number in flow.reach.order:
        run = flow.web.runs[number]
        if number in flow.known.at:
            fact = flow.known.given.get(number, 0) if run.spread else flow.known.at[number][ALL]
            for need in flow.effects.of[number].needs:
                yield Taking(run, need, "reads", fact & _mask(flow, need.field), run.source)
        if number in flow.known.left:
            yield from _at_exits(flow, run)


def _at_exits(flow: Flow, run: Run) -> Iterator[Taking]:
    fact = seen_by_exits(flow, run)
    for options in flow.web.normal[run.number]:
        exit_ = options[0].exit if options else None
        if isinstance(exit_, Spread):
            need = Need(exit_.over, A_LIST, required=True)
            yield Taking(run, need, "map", fact & _mask(flow, need.field), exit_.source)
        if isinstance(exit_, Choose):
            for need in flow.effects.of[run.number].asks.get(exit_.way, ()):
                yield Taking(run, need, "route", fact & _mask(flow, need.field), exit_.source)
        if isinstance(exit_, Choose) and exit_.by == "field" and exit_.on and not exit_.otherwise:
            need = Need(exit_.on, ANYTHING, required=True)
            yield Taking(run, need, "route", fact & _mask(flow, need.field), exit_.source)


def seen_by_exits(flow: Flow, run: Run) -> int:
    """The fact that the exits of a run look at."""
    left = flow.known.left[run.number][ALL]
    return left if run.spread is None else flow.view(run.number)


def misfits(flow: Flow) -> Sequence[Sequence[Misfit]]:
    """Values that do not fit where they are taken, those of one cause together.

    One writer whose type is wrong breaks many readers, one reader whose type is wrong
    refuses many writers: either is one fault.
    """
    if flow.misfits is None:
        by_field: dict[str, list[Misfit]] = {}
        for taking in takings(flow):
            for number in bits(flow.fixpoint.transfer.bad(taking.need, taking.values)):
                item = flow.items.all[number]
                if item.definition.kind != "absent":
                    by_field.setdefault(taking.need.field, []).append(Misfit(taking, item))
        flow.misfits = tuple(group for found in by_field.values() for group in _grouped(found))
    return flow.misfits


def _grouped(found: list[Misfit]) -> list[list[Misfit]]:
    groups: list[tuple[set[object], list[Misfit]]] = []
    for misfit in found:
        keys: set[object] = {misfit.item.definition, id(misfit.taking.need), misfit.taking.run.node}
        joined = [misfit]
        apart = []
        for others, members in groups:
            if others & keys:
                keys |= others
                joined = [*members, *joined]
            else:
                apart.append((others, members))
        groups = [*apart, (keys, joined)]
    return [members for _, members in groups]


def trail_of(flow: Flow, misfit: Misfit) -> Trail:
    """The way from the writer to the taker."""
    if misfit.taking.kind != "reads":
        return Trail((misfit.taking.run.node,), None)
    return trail(flow, misfit.item.number, misfit.taking.run.number)


def writer_of(definition: Definition) -> str:
    """Who gave the value: an agent's name, or "input", "the default", ..."""
    if definition.node == START:
        return START
    match definition.kind:
        case "input":
            return "input"
        case "default":
            return f"the default of {definition.field}"
        case "reduced":
            return f"the reducer of {definition.field}"
        case "element":
            return "the Map"
        case _:
            return definition.node or "input"


def writers_of(flow: Flow, field: str) -> list[Run]:
    """The runs that may write the field, in the order of the plan; each node once."""
    return flow.access.writers.get(field, [])


def nearest(name: str, names: Iterable[str], *, likeness: float = 0.7) -> str | None:
    """The name most like `name` (0 to 1), if any is as like as `likeness`."""
    others = sorted(set(names) - {name})
    found = difflib.get_close_matches(name, others, n=1, cutoff=likeness)
    return found[0] if found else None


def readers_of(flow: Flow, field: str) -> list[Run]:
    """The runs that take the field as a parameter, reached or not."""
    return flow.access.readers.get(field, [])


def read_but_missing(flow: Flow) -> Iterator[Need]:
    """What is taken or promised as output under a name that nobody writes."""
    written = flow.access.written
    for port in flow.spec.output.ports:
        if port.field not in written:
            yield Need(port.field, port.contract, port.required)
    for taking in takings(flow):
        if taking.need.required and taking.need.field not in written:
            yield taking.need


def likely_name(flow: Flow, field: str, wanted: Contract) -> str:
    """Which written field was meant by one that is not, as a question; "" where none offers itself."""
    close = likely_field(flow, field, wanted)
    if close is None:
        return ""
    by = ", ".join(run.node for run in writers_of(flow, close)) or "the input"
    return f"did you mean {close}, written by {by}?"


def likely_field(flow: Flow, field: str, wanted: Contract) -> str | None:
    """Which written field was meant by one that is not; None where none offers itself.

    One that nobody reads is the likelier: it was renamed on one side only. If there is but one
    such, and it is of the type `wanted`, it need not even be like it.
    """
    written, idle = flow.access.written, flow.access.idle
    close = nearest(field, idle, likeness=0.5)
    if close is None and field not in written:
        close = nearest(field, written)
    if close is None and len(idle) == 1 and _suits(flow, min(idle), wanted):
        close = min(idle)
    return close


def _suits(flow: Flow, field: str, wanted: Contract) -> bool:
    mask = flow.items.of_field.get(field, 0)
    written = [item for number in bits(mask) if (item := flow.items.all[number]).definition.write]
    return bool(written) and all(
        flow.questions.fits(item, wanted).status == "compatible" for item in written
    )


def unread(flow: Flow, field: str) -> bool:
    """Whether nothing looks at the field: no agent, no decision, no Map, not the output."""
    if any(port.field == field for port in flow.spec.output.ports):
        return False
    return not readers_of(flow, field) and field not in flow.decided_on


def owner_of(flow: Flow, node: str) -> str | None:
    """Who is responsible for the agent that stands at a node."""
    agent = flow.agents.get(node)
    return agent.owner if agent is not None else None


def missing(field: str) -> frozenset[Root]:
    """The root of all that comes of a field which nobody writes."""
    return frozenset({("missing", field)})


def _mask(flow: Flow, field: str) -> int:
    return flow.items.of_field.get(field, 0)


def is_adapted(flow: Flow, misfit: Misfit) -> bool:
    """Whether an adapter is on one side of it."""
    helpers = flow.helpers
    return misfit.taking.run.node in helpers or misfit.item.definition.node in helpers


def misfit_fault(flow: Flow, group: Sequence[Misfit]) -> Fault:
    """What is to be said of values that do not fit."""
    first = group[0]
    taking, definition = first.taking, first.item.definition
    answer = flow.questions.fits(first.item, taking.need.contract)
    way = trail_of(flow, first)
    reader, writer = taking.run.node, writer_of(definition)
    writers = {m.item.definition: m for m in group}
    readers = {m.taking.run.node: m.taking for m in group}
    what = {"reads": reader, "map": f"the Map after {reader}", "route": f"the route after {reader}"}
    return Fault(
        message=f"{writer} -> {what[taking.kind]}: the contract does not hold",
        at=f"{reader}.{taking.need.field}",
        source=_line_of(way, taking, writers=len(writers)),
        owner=owner_of(flow, reader),
        witness=answer.witness,
        has_witness=answer.has_witness,
        path=way.nodes if len(way.nodes) > 2 else (),
        reasons=(
            *answer.reasons,
            *(f"written by: {writer_of(d)}{in_brackets(d.source)}" for d in writers),
            f"read by: {reader}{in_brackets(taking.run.source)}",
            *(
                f"also read by: {name}{in_brackets(other.source)}"
                for name, other in list(readers.items())[1:]
            ),
        ),
        help=_help(definition, taking),
        because=frozenset({("definition", str(d.number)) for d in writers}),
    )


def _line_of(way: Trail, taking: Taking, *, writers: int) -> Source | None:
    """Several writers that one reader refuses: it is the reader. Else the way between the two."""
    return taking.source if writers > 1 else (way.source or taking.source)


def _help(definition: Definition, taking: Taking) -> str:
    field = definition.field
    taker = "the route" if taking.kind == "route" else taking.run.node
    if definition.kind in ("write", "collected", "input"):
        return f"narrow what {writer_of(definition)} writes to {field}, or widen what {taker} takes"
    return f"widen what {taker} takes as {field}"
