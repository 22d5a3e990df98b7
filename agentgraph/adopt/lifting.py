"""The parts of a foreign graph as a `GraphSpec` and the `Plan` that LangGraph carries out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from agentgraph.adopt.adopted import BranchFacts, NodeFacts, Place, SchemaFacts
from agentgraph.adopt.choosing import Choosing, of_branch, of_commands
from agentgraph.model.agent import AgentSpec, Read, Write
from agentgraph.model.contract import ANYTHING
from agentgraph.model.graph import (
    END,
    START,
    Case,
    EdgeSpec,
    GraphSpec,
    Interface,
    Port,
    RouteSpec,
    StateField,
    Way,
)
from agentgraph.model.plan import Branch, Choose, Exit, Go, Join, Node, Plan, targets
from agentgraph.model.source import Source

_PLAIN = frozenset({"LastValue", "LastValueAfterFinish", "EphemeralValue", "UntrackedValue"})
"""LangGraph's channels that keep one write."""
_OURS = {"__start__": START, "__end__": END}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifted:
    """What is put together here. `keys`: of the state, none where they cannot be told."""

    name: str
    builder: Any
    keys: tuple[str, ...]
    nodes: Mapping[str, NodeFacts]
    branches: tuple[BranchFacts, ...]
    state: SchemaFacts
    input: SchemaFacts
    output: SchemaFacts
    edges: Mapping[tuple[str, str], Place]
    joins: Mapping[tuple[tuple[str, ...], str], Place]
    remembers: bool
    source: Source | None

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """What comes of it. `branches` have their ways; `opaque` and `unsure` as of `Adopted`."""

    spec: GraphSpec
    plan: Plan
    branches: tuple[BranchFacts, ...]
    opaque: frozenset[str]
    unsure: frozenset[int]

    __hash__ = None  # type: ignore[assignment]


def lift(parts: Lifted) -> Plane:
    """The parts put together."""
    return _Lifting(parts).lifted()


@dataclass(slots=True)
class _Lifting:
    parts: Lifted
    ways: list[Way] = field(default_factory=list)
    exits: dict[str, list[Exit]] = field(default_factory=dict)
    opaque: set[str] = field(default_factory=set)
    unsure: set[int] = field(default_factory=set)

    def lifted(self) -> Plane:
        parts = self.parts
        deferred = {name for name, facts in parts.nodes.items() if facts.defers}
        self._edges()
        self._barriers(deferred)
        branches = tuple(self._branch(one) for one in parts.branches)
        for facts in parts.nodes.values():
            found = of_commands(facts, frozenset(parts.nodes))
            if found is not None:
                self._choose(facts.name, found, f"the command of {facts.name}", facts.source)
        nodes = tuple(self._node(facts) for facts in parts.nodes.values())
        start = tuple(self.exits.get("__start__", ()))
        plan = Plan(
            graph=parts.name,
            start=start,
            nodes=nodes,
            joins=tuple(self._joins(deferred)),
        )
        return Plane(
            spec=self._spec(),
            plan=plan,
            branches=branches,
            opaque=frozenset(self.opaque),
            unsure=frozenset(self.unsure),
        )

    def _edges(self) -> None:
        def order(edge: tuple[str, str]) -> tuple[int, int, tuple[str, str]]:
            place = self.parts.edges.get(edge)
            return (0, place.source.line, edge) if place else (1, 0, edge)

        for source, target in sorted(self.parts.builder.edges, key=order):
            place = self.parts.edges.get((source, target))
            where = place.source if place else None
            way = EdgeSpec(sources=(_ours(source),), target=_ours(target), source=where)
            self._add(source, Go(target=_ours(target), way=self._way(way), source=where))

    def _barriers(self, deferred: set[str]) -> None:
        for sources, target in sorted(self.parts.builder.waiting_edges):
            place = self.parts.joins.get((sources, target))
            where = place.source if place else None
            names = tuple(_ours(one) for one in sources)
            way = EdgeSpec(sources=names, target=_ours(target), join=True, source=where)
            number = self._way(way)
            # What is deferred waits for everything anyway.
            plain = target in deferred or target == "__end__"
            key = "" if plain else barrier_of(sources, target)
            for source in sources:
                self._add(source, Go(target=way.target, barrier=key, way=number, source=where))

    def _branch(self, branch: BranchFacts) -> BranchFacts:
        found = of_branch(branch, frozenset(self.parts.nodes))
        where = branch.place.source if branch.place else None
        way = self._choose(branch.node, found, branch.name, where)
        return replace(branch, way=way)

    def _choose(self, node: str, found: Choosing, name: str, where: Source | None) -> int:
        cases = tuple(
            Case(
                target=_ours(one.target),
                label=_label(one.label),
                source=one.said.source if one.said else where,
            )
            for one in found.led
        )
        number = self._way(
            RouteSpec(agent=_ours(node), by="function", on=name, cases=cases, source=where)
        )
        branches = tuple(
            Branch(target=case.target, label=case.label, sends=led.sends, source=case.source)
            for case, led in zip(cases, found.led, strict=True)
        )
        exit_ = Choose(
            by="function",
            on=name,
            branches=branches,
            takes=found.takes,
            together=found.together,
            way=number,
            source=where,
        )
        self._add(node, exit_)
        if found.opaque:
            self.opaque.add(node)
        if found.unsure:
            self.unsure.add(number)
        return number

    def _joins(self, deferred: set[str]) -> Iterator[Join]:
        rank = 0
        for sources, target in sorted(self.parts.builder.waiting_edges):
            if target not in deferred and target != "__end__":
                names = tuple(_ours(one) for one in sources)
                key = barrier_of(sources, target)
                yield Join(node=_ours(target), sources=names, rank=rank, barrier=key)
                rank += 1
        for target in sorted(deferred):
            yield Join(node=target, sources=tuple(self._leading_to(target)), rank=rank, last=True)
            rank += 1

    def _leading_to(self, target: str) -> Iterator[str]:
        for node, exits in self.exits.items():
            if any(target in targets(exit_) for exit_ in exits):
                yield _ours(node)

    def _node(self, facts: NodeFacts) -> Node:
        handler = getattr(self.parts.builder.nodes[facts.name], "error_handler_node", None)
        failure: tuple[Exit, ...] = ()
        if handler is not None and handler in self.parts.nodes:
            way = EdgeSpec(sources=(facts.name,), target=handler, on_failure=True)
            failure = (Go(target=handler, way=self._way(way)),)
        return Node(
            name=facts.name,
            agent=facts.name,
            exits=tuple(self.exits.get(facts.name, ())),
            failure=failure,
            source=facts.source,
        )

    def _spec(self) -> GraphSpec:
        parts = self.parts
        return GraphSpec(
            name=parts.name,
            input=_interface(parts.input, self._inputs()),
            output=_interface(parts.output, self._outputs()),
            state=tuple(self._fields()),
            agents=tuple(self._agent(facts) for facts in parts.nodes.values()),
            ways=tuple(self.ways),
            declares_state=bool(self.parts.keys),
            source=parts.source,
        )

    def _inputs(self) -> list[Port]:
        """What a caller may give is taken to be given: nothing is proved wrong by his leaving it out."""
        keys = self.parts.keys
        return [Port(field=key, contract=ANYTHING) for key in self.parts.input.types if key in keys]

    def _outputs(self) -> list[Port]:
        parts, keys = self.parts, self.parts.keys
        own = parts.output.made_of is not parts.state.made_of
        own = own and parts.output.made_of is not parts.input.made_of
        return [
            Port(field=key, contract=ANYTHING, required=own and key in parts.output.required)
            for key in parts.output.types
            if key in keys
        ]

    def _fields(self) -> Iterator[StateField]:
        lines = {**self.parts.output.lines, **self.parts.input.lines}
        for facts in self.parts.nodes.values():
            lines |= facts.takes.lines
        lines |= self.parts.state.lines
        for key in self.parts.keys:
            reducer = _reducer(self.parts.builder.channels[key])
            yield StateField(
                name=key,
                contract=ANYTHING,
                reducer=reducer,
                kept=self.parts.remembers,
                has_default=reducer is not None,
                source=lines.get(key),
            )

    def _agent(self, facts: NodeFacts) -> AgentSpec:
        body = facts.body
        return AgentSpec(
            name=facts.name,
            kind="graph" if facts.inner is not None else "function",
            reads=tuple(self._reads(facts)),
            writes=tuple(self._writes(facts)),
            output=ANYTHING,
            graph=facts.inner.spec if facts.inner is not None else None,
            source=body.source if body is not None else facts.source,
        )

    def _reads(self, facts: NodeFacts) -> Iterator[Read]:
        keys = self.parts.keys
        if facts.inner is not None:
            for key in facts.inner.input.types:
                if key in keys:
                    yield Read(field=key, parameter=key, contract=ANYTHING, required=False)
            return
        if facts.takes.kind == "root":
            return
        wanted: dict[str, bool] = {}
        for read in facts.body.reads if facts.body is not None else ():
            if read.key in facts.takes.types and read.key in keys:
                must = read.how == "must" and read.key in facts.takes.required | (
                    frozenset(facts.takes.types) if facts.takes.kind == "mapping" else frozenset()
                )
                wanted[read.key] = wanted.get(read.key, False) or must
        unseen = facts.body is None or facts.body.reads_all
        for key in facts.takes.types if unseen else ():
            if key in keys:
                wanted.setdefault(key, False)
        for key, must in wanted.items():
            yield Read(field=key, parameter=key, contract=ANYTHING, required=must)

    def _writes(self, facts: NodeFacts) -> Iterator[Write]:
        keys = self.parts.keys
        if facts.inner is not None:
            for key in facts.inner.output.types:
                if key in keys and key in facts.inner.keys:
                    yield Write(field=key, contract=ANYTHING, key=key, always=False)
            return
        outcomes = facts.body.outcomes if facts.body is not None and keys else ()
        found: dict[str, bool] = {}
        for one in outcomes:
            for write in one.keys:
                found[write.key] = all(write.key in other.certain for other in outcomes)
            if one.echoes or one.kind == "object":
                found = {name: sure for name, sure in found.items() if name in keys}
                for name in facts.takes.types:
                    if name in keys:
                        found.setdefault(name, False)
        for name, always in found.items():
            yield Write(field=name, contract=ANYTHING, key=name, always=always)

    def _add(self, node: str, exit_: Exit) -> None:
        self.exits.setdefault(node, []).append(exit_)

    def _way(self, way: Way) -> int:
        self.ways.append(way)
        return len(self.ways) - 1


def barrier_of(sources: tuple[str, ...], target: str) -> str:
    """The key of the barrier of an edge with several sources."""
    return f"{target} after {' and '.join(sources)}"


def _ours(name: str) -> str:
    return _OURS.get(name, name)


def _label(label: object) -> Any:
    return label if isinstance(label, str | bool | int) else None


def _interface(schema: SchemaFacts, ports: list[Port]) -> Interface:
    return Interface(contract=ANYTHING, ports=tuple(ports), source=schema.source)


def reducer_of(channel: Any) -> Any:
    """What combines several writes of a key: a function, or the class of a channel that does; None: nothing."""
    operator = getattr(channel, "operator", None)
    if operator is not None or type(channel).__name__ in _PLAIN:
        return operator
    return type(channel)


def _reducer(channel: Any) -> str | None:
    found = reducer_of(channel)
    if found is None or found is type(channel):
        return found.__name__ if found else None
    return f"{getattr(found, '__module__', '')}:{getattr(found, '__qualname__', found)}"
