"""Whether routes and guarded edges leave a value out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from agentgraph.check.endings import absent_at_end, ends_without
from agentgraph.check.finding import Severity
from agentgraph.check.flow.definitions import Definition, Item
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.places import Options, Run, can_stop, is_used_up
from agentgraph.check.flow.states import ALL
from agentgraph.check.walks import seen_by_exits
from agentgraph.contracts.guards import narrow
from agentgraph.contracts.relation import Verdict, compare
from agentgraph.model.contract import Contract, Json, Schema
from agentgraph.model.graph import END
from agentgraph.model.guard import Guard
from agentgraph.model.plan import Choose, Exit, Go
from agentgraph.model.source import Source


class Gap(Struct, frozen=True, eq=False):
    """Values for which nothing is taken.

    `what` is "branch" or "edge", `when` says of which values, as a clause. `certain` where it is
    proved, with a value that shows it; else `why` says what keeps it from being told.
    """

    run: Run
    way: int
    what: str
    when: str
    certain: bool
    severity: Severity | None = None
    source: Source | None = None
    field: str | None = None
    witness: Json = None
    has_witness: bool = False
    reasons: tuple[str, ...] = ()
    writers: tuple[Definition, ...] = ()
    labels: tuple[str, ...] = ()
    why: str = ""


def gaps(flow: Flow) -> Iterator[Gap]:
    """All that may be left out, in flow order."""
    for number in flow.reach.order:
        if number not in flow.known.left:
            continue
        run = flow.web.runs[number]
        fact = seen_by_exits(flow, run)
        for options in flow.web.normal[number]:
            exit_ = options[0].exit if options else None
            if isinstance(exit_, Choose) and not exit_.otherwise:
                yield from _clearest(
                    gap
                    for one in _facts(flow, number, exit_, fact)
                    for gap in _of_route(_Decision(flow, run, exit_, one), exit_)
                )
        yield from _of_edges(flow, run, flow.web.normal[number], fact)
        if number in flow.known.failed:
            failed = flow.known.failed[number][ALL]
            yield from _of_edges(flow, run, flow.web.failure[number] or (), failed)


def _facts(flow: Flow, run: int, choose: Choose, whole: int) -> list[int]:
    """What a route looks at: moment by moment where that is known, as far as it decides on it."""
    if run not in flow.known.met or choose.by != "cases":
        return [whole]
    fields = {name for branch in choose.branches if branch.when for name in branch.when.fields}
    mask = sum(flow.items.of_field.get(name, 0) for name in fields)
    return list(dict.fromkeys(fact & mask for fact in flow.known.met[run]))


def _clearest(found: Iterable[Gap]) -> list[Gap]:
    """One that is proved, if there is one; else one that is not."""
    return sorted(found, key=lambda gap: not gap.certain)[:1]


class _Decision(Struct, frozen=True, eq=False):
    """A place where a way is chosen; `fact` is what it looks at."""

    flow: Flow
    run: Run
    exit: Exit
    fact: int

    def items(self, field: str) -> list[Item]:
        return self.flow.items_of(self.fact, field)

    def gap(self, when: str, *, certain: bool) -> Gap:
        what = "branch" if isinstance(self.exit, Choose) else "edge"
        return Gap(self.run, self.exit.way, what, when, certain, source=self.exit.source)


def _of_route(at: _Decision, choose: Choose) -> Iterator[Gap]:
    if choose.by == "function":
        yield from _of_function(at, choose)
    elif choose.by == "field" and choose.on:
        yield from _of_field(at, choose, choose.on)
    else:
        yield from _of_guards(at, [b.when for b in choose.branches if b.when is not None])


def _of_field(at: _Decision, choose: Choose, field: str) -> Iterator[Gap]:
    accepted: Schema = {"enum": [branch.label for branch in choose.branches]}
    contract = Contract("labels", accepted, accepted)
    for item in at.items(field):
        if item.definition.kind in ("absent", "assumed"):
            continue
        answer = at.flow.questions.fits(item, contract)
        if answer.status == "compatible":
            continue
        value = answer.witness.get(field) if isinstance(answer.witness, dict) else None
        when = (
            f"when {field} is {_text(value)}"
            if answer.has_witness
            else f"for some values of {field}"
        )
        yield replace(
            at.gap(when, certain=answer.status == "incompatible"),
            field=field,
            witness=answer.witness,
            has_witness=answer.has_witness,
            reasons=answer.reasons,
            writers=(item.definition,),
            labels=_labels(choose),
            why=answer.why_undecided,
        )
        return


def _of_function(at: _Decision, choose: Choose) -> Iterator[Gap]:
    if choose.returns is None:
        return
    # What is the name of a branch's target is taken for that branch too.
    known = [one for branch in choose.branches for one in (branch.label, branch.target)]
    verdict = compare(choose.returns.produced, {"enum": known})
    if verdict.status != "compatible":
        when = (
            f"when {choose.on} returns {_text(verdict.witness)}"
            if verdict.has_witness
            else f"for some results of {choose.on}"
        )
        yield replace(
            at.gap(when, certain=verdict.status == "incompatible"),
            witness=verdict.witness,
            has_witness=verdict.has_witness,
            labels=_labels(choose),
            why=verdict.why_undecided,
        )


def _of_guards(at: _Decision, every: list[Guard]) -> Iterator[Gap]:
    # One that nothing meets says nothing of the fields that it looks at.
    guards = [guard for guard in every if not _is_void(at.flow, guard)]
    if not guards:
        guards = every
    fields = tuple(dict.fromkeys(name for guard in guards for name in guard.fields))
    known = [[i for i in at.items(field) if i.definition.kind != "assumed"] for field in fields]
    accepted: Schema = {"anyOf": [guard.schema for guard in guards]}
    verdicts = {
        items: compare(at.flow.questions.schema_of(items), accepted) for items in _together(known)
    }
    left_out = {items: one for items, one in verdicts.items() if one.status != "compatible"}
    if not left_out:
        return
    proved = [items for items, one in left_out.items() if one.status == "incompatible"]
    shown = next((i for i in proved if _comes_about(at, i, known, verdicts[i], accepted)), None)
    items = shown or next(iter(left_out))
    verdict = verdicts[items]
    when = (
        f"when the state has {_text(verdict.witness)}" if verdict.has_witness else "for some states"
    )
    yield replace(
        at.gap(when, certain=shown is not None),
        field=fields[0] if len(fields) == 1 else None,
        witness=verdict.witness,
        has_witness=verdict.has_witness,
        writers=tuple(dict.fromkeys(i.definition for i in items if i.definition.kind != "absent")),
        why=verdict.why_undecided or "the values of several fields may never come together",
    )


def _comes_about(
    at: _Decision,
    items: tuple[Item, ...],
    known: list[list[Item]],
    verdict: Verdict,
    accepted: Schema,
) -> bool:
    """Whether the values of a witness meet for certain, or one falls through whatever it meets.

    Each item is there at some moment, but what is there of one field need not come together
    with what is there of another.
    """
    several = [place for place, choice in enumerate(known) if len(choice) > 1]
    if len(several) <= 1:
        return True
    if not isinstance(verdict.witness, dict):
        return False
    for place in several:
        item, field = items[place], items[place].definition.field
        others = _together([[item] if n == place else choice for n, choice in enumerate(known)])
        pinned = (
            {"properties": {field: {"const": verdict.witness[field]}}}
            if field in verdict.witness
            else {}
        )
        if others and all(
            compare(narrow(at.flow.questions.schema_of(other), pinned), accepted).status
            == "incompatible"
            for other in others
        ):
            return True
    return False


def _is_void(flow: Flow, guard: Guard) -> bool:
    # A condition on one field is not void by itself; to ask costs more than to look.
    if not isinstance(guard.schema, dict) or "allOf" not in guard.schema:
        return False
    return flow.questions.admits_nothing(narrow({"type": "object"}, guard.schema))


def _together(known: list[list[Item]]) -> list[tuple[Item, ...]]:
    """Every choice of one item per field; none where there are too many to look at."""
    found: list[tuple[Item, ...]] = [()]
    for items in known:
        found = [(*before, item) for before in found for item in items]
        if len(found) > 64:
            return []
    return found


def _of_edges(flow: Flow, run: Run, exits: Sequence[Options], fact: int) -> Iterator[Gap]:
    """Edges with guards, where the run leaves by nothing else: none may hold, and the way just ends."""
    ways = [options[0].exit for options in exits if options]
    place = flow.web.stops.get(run.number)
    if not ways or not can_stop(exits) or place not in flow.known.at:
        return
    if not all(isinstance(way, Go) for way in ways):
        return
    severity = how_bad(flow, run.number)
    if severity is None:
        return
    at = _Decision(flow, run, ways[0], fact)
    silent = [option for options in exits for option in options if not option.marks]
    bounded = [option.exit for option in silent if is_used_up(option)]
    if bounded:
        used_up = at.gap("once its bound is used up", certain=True)
        yield replace(used_up, severity=severity, source=bounded[0].source)
        return
    for gap in _of_guards(at, [way.when for way in ways if isinstance(way, Go) and way.when]):
        yield replace(gap, severity=severity)


def how_bad(flow: Flow, run: int) -> Severity | None:
    """How bad it is that a run may just end.

    None where another way goes on to END; a warning where the output is written all the same.
    """
    for port in flow.spec.output.ports:
        if absent_at_end(flow, port):
            silent = ends_without(flow, port.field, silently=True)
            if any(ending.run == run for ending in silent):
                return "error"
    if any(ending.run == run for ending in ends_without(flow, None, silently=True)):
        return "warning" if flow.web.arrivals.get(END) else None
    return None


def _labels(choose: Choose) -> tuple[str, ...]:
    return tuple(_text(branch.label) for branch in choose.branches)


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
