"""What each run takes and leaves: its reads, its writes, as items."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from agentgraph.check.flow.definitions import Event, Items, Kind
from agentgraph.check.flow.places import Run, Web
from agentgraph.check.flow.schemas import element_of, list_of, union_at_top, updates_of
from agentgraph.model.agent import AgentSpec, Read, Write
from agentgraph.model.contract import Contract, Schema
from agentgraph.model.graph import GraphSpec, Port, StateField
from agentgraph.model.plan import Choose, Spread


class Need(Struct, frozen=True, eq=False):
    """One field that a run takes; absent it may only be where not `required`."""

    field: str
    contract: Contract
    required: bool


class Effect(Struct, eq=False):
    """What one run does to the state when it succeeds.

    `asks` are what its route functions take, by the way's index. `always` and `maybe` map a field to the item that is written, for certain or perhaps.
    `lists` are those of them that a Map begins or adds to, which no exit of the run sees yet.
    `own_always` and `own_maybe` are what a run of a Map makes and its exits alone see.
    `presumed` are items of absence: of these fields it cannot be said that they are absent afterwards.
    """

    needs: tuple[Need, ...] = ()
    asks: dict[int, tuple[Need, ...]] = field(default_factory=dict)
    always: dict[str, int] = field(default_factory=dict)
    maybe: dict[str, int] = field(default_factory=dict)
    lists: dict[str, int] = field(default_factory=dict)
    own_always: dict[str, int] = field(default_factory=dict)
    own_maybe: dict[str, int] = field(default_factory=dict)
    presumed: int = 0

    @property
    def own(self) -> frozenset[str]:
        return frozenset((*self.own_always, *self.own_maybe))

    @property
    def fields(self) -> frozenset[str]:
        """All that it may write."""
        return frozenset((*self.always, *self.maybe))

    def before_lists(self) -> Effect:
        """The effect as the run's exits see it."""
        if not self.lists:
            return self
        always = {name: item for name, item in self.always.items() if name not in self.lists}
        return replace(self, always=always, lists={})

    def items(self) -> int:
        """All that it may write, as bits."""
        found = 0
        for number in (*self.always.values(), *self.maybe.values()):
            found |= 1 << number
        return found


class Effects:
    """The effect of every run of a graph, and what is there when a turn starts."""

    def __init__(
        self,
        spec: GraphSpec,
        web: Web,
        items: Items,
        presumed: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self.web = web
        self._items = items
        self._state = {one.name: one for one in spec.state}
        self._agents = {agent.name: agent for agent in spec.agents}
        self._reduced: dict[str, int] = {}
        self._absent: dict[str, int] = {}
        self._assumed: dict[str, int] = {}
        self.elements: dict[tuple[int, int], int] = {}
        """By run of a Map and definition of its list: the item that stands for an element."""
        self.fields = tuple(self._state)
        ports = {port.field: port for port in spec.input.ports}
        event = _event(0, spec.input.contract.produced)
        self.inputs = {
            name: items.define(
                name, "input", port.contract, event=event, source=spec.input.source or spec.source
            )
            for name, port in ports.items()
        }
        self._held = {n for n, known in self._state.items() if self._is_held(known, ports.get(n))}
        self.of = [self._effect(run) for run in web.runs]
        for run in web.runs if presumed else ():
            for name in presumed.get(run.node, ()) if presumed else ():
                self.of[run.number].presumed |= 1 << self.absent(name)
        self.written = [effect.items() for effect in self.of]
        """Per run, all that it may write, as bits."""
        self.start = self._at_start(ports)

    def absent(self, field_: str) -> int:
        """The item that says the field has no value."""
        if field_ not in self._absent:
            self._absent[field_] = self._items.define(field_, "absent")
        return self._absent[field_]

    def assumed(self, field_: str) -> int:
        """The item that stands for what a reader should have got."""
        if field_ not in self._assumed:
            self._assumed[field_] = self._items.define(field_, "assumed")
        return self._assumed[field_]

    def reduced(self, field_: str) -> int | None:
        """The item of all that a reducer has made of the field; None where there is no such."""
        return self._reduced.get(field_)

    def _at_start(self, ports: dict[str, Port]) -> int:
        found = 0
        for name, known in self._state.items():
            port = ports.get(name)
            found |= self._opening(known, port)
            if name in self._held:
                if known.has_default:
                    found |= 1 << self._default(known)
                elif not _given(port):
                    found |= 1 << self.absent(name)
        for name in sorted(self._looked_at() - set(self._state)):
            found |= 1 << self.absent(name)
        # A fact of nothing at all says that a place is not reached.
        return found or 1 << self.assumed("")

    def _looked_at(self) -> set[str]:
        """Every field that something takes or decides on, whether the state has it or not."""
        found = {need.field for effect in self.of for need in _all_needs(effect)}
        for run in self.web.runs:
            for option in self.web.options(run.number):
                found |= {name for guard, _ in option.tests for name in guard.fields}
        return found

    def left_by(self, run: int) -> int:
        """What the run writes to kept fields: a later turn may begin with it."""
        effect = self.of[run]
        found = 0
        for name, number in (*effect.always.items(), *effect.maybe.items()):
            if name in self._held:
                found |= 1 << number
        return found

    def _is_held(self, known: StateField, port: Port | None) -> bool:
        """Whether a turn may begin with the field as an earlier one has left it."""
        return known.kept and (not _given(port) or known.reducer is not None)

    def _opening(self, known: StateField, port: Port | None) -> int:
        name = known.name
        found = 0
        if port is not None:
            number = self.inputs[name]
            if known.reducer and (known.has_default or known.kept):
                number = self._reduced_item(known)
            found |= 1 << number
            if _given(port):
                return found
        return found | (1 << (self._default(known) if known.has_default else self.absent(name)))

    def _default(self, known: StateField) -> int:
        schema: Schema = {"const": known.default}
        contract = Contract(known.contract.name, schema, schema)
        key = f"default {known.name}"
        if key not in self._reduced:
            self._reduced[key] = self._items.define(
                known.name, "default", contract, source=known.source
            )
        return self._reduced[key]

    def _reduced_item(self, known: StateField) -> int:
        if known.name not in self._reduced:
            self._reduced[known.name] = self._items.define(
                known.name, "reduced", known.contract, source=known.source
            )
        return self._reduced[known.name]

    def _effect(self, run: Run) -> Effect:
        agent = self._agents.get(run.agent or "")
        effect = Effect()
        if agent is not None:
            effect.needs = () if run.sent else _needs(agent.reads)
            self._writes(effect, run, agent)
            if run.spread is not None:
                self._as_item(effect, run, run.spread, agent)
        for options in self.web.normal[run.number]:
            exit_ = options[0].exit if options else None
            if isinstance(exit_, Choose) and exit_.reads:
                effect.asks[exit_.way] = _needs(exit_.reads)
            if isinstance(exit_, Spread):
                empty: Schema = {"const": []}
                contract = Contract("list", empty, empty)
                # It is put there as it is: a reducer has no say in it.
                number = self._items.define(
                    exit_.into, "empty", contract, node=run.node, source=exit_.source
                )
                effect.always[exit_.into] = effect.lists[exit_.into] = number
        return effect

    def _writes(self, effect: Effect, run: Run, agent: AgentSpec) -> None:
        event = None
        if len(agent.writes) > 1 and all(write.key == write.field for write in agent.writes):
            event = _event(run.number, agent.output.produced)
        for write in agent.writes:
            known = self._state.get(write.field)
            if known is not None and known.reducer and run.spread is None:
                number = self._reduced_item(known)
            else:
                number = self._items.define(
                    write.field,
                    "write",
                    _known(agent, write),
                    node=run.node,
                    write=write,
                    event=event,
                    source=agent.source or run.source,
                )
            if run.spread is not None:
                (effect.own_always if write.always else effect.own_maybe)[write.field] = number
            else:
                (effect.always if write.always else effect.maybe)[write.field] = number

    def element(self, run: Run, over: int) -> int:
        """What a Map hands one run of its target, where its list is the item `over`."""
        assert run.spread is not None
        key = (run.number, self._items.all[over].definition.number)
        if key not in self.elements:
            contract = element_of(self._items.all[over].definition.contract)
            self.elements[key] = self._items.define(
                run.spread.each, "element", contract, node=run.node, source=run.spread.source
            )
        return self.elements[key]

    def _as_item(self, effect: Effect, run: Run, spread: Spread, agent: AgentSpec) -> None:
        made = list_of(updates_of(agent))
        contract = Contract(f"list of {agent.output.name}", made, made, agent.output.refines)
        number = self._written(spread.into, contract, "collected", run, spread)
        effect.always[spread.into] = effect.lists[spread.into] = number

    def _written(self, name: str, contract: Contract, kind: Kind, run: Run, exit_: Spread) -> int:
        known = self._state.get(name)
        if known is not None and known.reducer:
            return self._reduced_item(known)
        return self._items.define(name, kind, contract, node=run.node, source=exit_.source)


def _all_needs(effect: Effect) -> Iterator[Need]:
    yield from effect.needs
    for needs in effect.asks.values():
        yield from needs


def _needs(reads: tuple[Read, ...]) -> tuple[Need, ...]:
    return tuple(Need(read.field, read.contract, read.required) for read in reads)


def _given(port: Port | None) -> bool:
    """Whether the input always has the field."""
    return port is not None and (port.required or port.has_default)


def _known(agent: AgentSpec, write: Write) -> Contract | None:
    """The write's contract; None where a foreign graph's types tell nothing: that proves no fault."""
    unknown = agent.kind == "langgraph" and write.contract.produced in (True, {})
    return None if unknown else write.contract


def _event(number: int, schema: Schema) -> Event | None:
    """The event of a schema that is a union at its top, else None."""
    return Event(number, schema) if union_at_top(schema) else None
