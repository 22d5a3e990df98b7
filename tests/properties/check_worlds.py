"""Everything that can happen in a small graph: superstep by superstep, value by value.

The interpreter takes a `Plan` at its word. Agents keep their contracts and nothing else: any
output that fits, any branch that the state allows, failing where a failure exit says so. When
joins start is asked of `lower.waiting`, which is what the compiled graph asks too.
"""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jsonschema_rs

from agentgraph.lower.plan import lower_graph
from agentgraph.lower.reach import join_tables
from agentgraph.lower.waiting import Marks, advance, settle, watches
from agentgraph.model.agent import AgentSpec
from agentgraph.model.contract import Contract, Json
from agentgraph.model.graph import END, START, GraphSpec
from agentgraph.model.guard import Guard
from agentgraph.model.plan import Choose, Exit, Go, Plan, Spread

Finished = tuple[dict[str, Any], list[Any], dict[str, Any]]
"""What one finished run sets going: its message, what starts, what is written."""


def values_of(contract: Contract) -> list[Json]:
    """Every value of one of the small contracts."""
    schema = contract.produced
    assert isinstance(schema, dict)
    if "enum" in schema:
        return list(schema["enum"])
    return [[], *[[value] for value in schema["items"]["enum"]]]


@dataclass(frozen=True)
class Fault:
    """What went wrong in a turn: a read, a decision, a clash, the output."""

    kind: str
    node: str = ""
    field: str = ""


@dataclass
class Seen:
    """What was observed at run time."""

    faults: set[Fault] = field(default_factory=set)
    starts: dict[tuple[str, bool], list[dict[str, Any]]] = field(default_factory=dict)
    pairs: set[frozenset[tuple[str, bool]]] = field(default_factory=set)
    twins: set[tuple[str, bool]] = field(default_factory=set)
    ends: list[dict[str, Any]] = field(default_factory=list)
    ran: set[str] = field(default_factory=set)
    turns: int = 0


@dataclass
class Moment:
    """All that the next superstep depends on; `state` maps a field to (value, who wrote it)."""

    state: dict[str, Any]
    live: list[tuple[str, dict[str, Any] | None]]
    marks: dict[str, Marks]
    counts: dict[str, int]

    def key(self) -> str:
        marks = {n: (sorted(m.arrived.items()), m.ready, m.sends) for n, m in self.marks.items()}
        return json.dumps([self.state, self.live, marks, self.counts], sort_keys=True)


class Stop(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault


class World:
    def __init__(self, spec: GraphSpec) -> None:
        self.spec = spec
        self.plan: Plan = lower_graph(spec)
        self.agents = {node.name: spec.agent(node.agent) for node in self.plan.nodes}
        self.watches = watches(join_tables(self.plan))
        self.reduced = {f.name for f in spec.state if f.reducer}
        self.kept = {f.name for f in spec.state if f.kept}
        self.seen = Seen()
        self._tests: dict[str, Any] = {}
        self._outputs: dict[str, list[Any]] = {}

    def holds(self, guard: Guard, view: dict[str, Any]) -> bool:
        key = json.dumps(guard.schema, sort_keys=True)
        if key not in self._tests:
            self._tests[key] = jsonschema_rs.Draft202012Validator(guard.schema)
        return bool(self._tests[key].is_valid({f: view[f] for f in guard.fields if f in view}))

    def fits(self, read_contract: Contract, value: Any) -> bool:
        return self.holds(
            Guard({"properties": {"x": read_contract.accepted}}, ("x",), ""), {"x": value}
        )

    def outputs(self, agent: AgentSpec) -> list[Any]:
        """Every value that the agent can hand out."""
        if agent.name not in self._outputs:
            if agent.writes and agent.writes[0].key is None:
                self._outputs[agent.name] = values_of(agent.output)
            else:
                self._outputs[agent.name] = list(self._objects(agent))
        return self._outputs[agent.name]

    def _objects(self, agent: AgentSpec) -> Iterator[dict[str, Json]]:
        """Every object over 0, 1 and 2 that is in the agent's contract."""
        check = jsonschema_rs.Draft202012Validator(agent.output.produced)
        keys = [write.field for write in agent.writes]
        for values in itertools.product((None, 0, 1, 2), repeat=len(keys)):
            made = {k: v for k, v in zip(keys, values, strict=True) if v is not None}
            if check.is_valid(made):
                yield made

    def beginnings(self, held: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Every state that a turn can begin with, where earlier turns have left `held`."""
        choices: list[list[Any]] = []
        for port in self.spec.input.ports:
            values = values_of(port.contract)
            choices.append([(port.field, v) for v in values] + ([] if port.required else [None]))
        for combo in itertools.product(*choices):
            state = {f.name: (f.default, "default") for f in self.spec.state if f.has_default}
            state |= held
            for given in combo:
                if given is not None:
                    name, value = given
                    if name in self.reduced and name in state:
                        state[name] = (max(value, state[name][0]), "reduced")
                    else:
                        state[name] = (value, "input")
            yield state

    def first(self, state: dict[str, Any]) -> Moment:
        moment = Moment(state, [], {name: Marks() for name in self.watches}, {})
        message, live, writes = self.leave(START, self.plan.start, state, moment.counts)
        return self.apply(moment, [({**message, "reset": True}, live, writes)])

    def leave(
        self,
        node: str,
        exits: tuple[Exit, ...],
        view: dict[str, Any],
        counts: dict[str, int],
    ) -> Finished:
        plain = {f: v[0] for f, v in view.items()}
        message: dict[str, Any] = {"go": [], "send": [], "at": []}
        live: list[Any] = []
        writes: dict[str, Any] = {}

        def lead(target: str, owner: str) -> None:
            if target == END:
                message["ended"] = True
            elif target in self.watches:
                message["at"].append([target, owner])
            else:
                message["go"].append(target)
                live.append((target, None))

        def go(exit_: Go, owner: str) -> None:
            if exit_.counter is None:
                lead(exit_.target, owner)
            elif counts.get(exit_.counter.field, 0) < exit_.counter.at_most:
                writes[exit_.counter.field] = counts.get(exit_.counter.field, 0) + 1
                lead(exit_.target, owner)
            elif exit_.otherwise:
                lead(exit_.otherwise, owner)

        for exit_ in exits:
            match exit_:
                case Go():
                    if exit_.when is None or self.holds(exit_.when, plain):
                        go(exit_, node)
                case Choose():
                    target = self.choice(exit_, plain)
                    if target is None:
                        absent = exit_.by == "field" and exit_.on not in plain
                        raise Stop(Fault("absent" if absent else "no branch", node, exit_.on or ""))
                    lead(target, node)
                case Spread():
                    if exit_.over not in plain:
                        raise Stop(Fault("absent", node, exit_.over))
                    writes[exit_.into] = ([], f"empty:{node}")
                    if not plain[exit_.over]:
                        for way in self.plan.node(exit_.target).exits:
                            if isinstance(way, Go) and way.when is None:
                                go(way, exit_.target)
                        continue
                    message["send"].append(exit_.target)
                    for element in plain[exit_.over]:
                        payload = {**view, exit_.each: (element, "element"), "->": exit_.into}
                        live.append((exit_.target, payload))
        return message, live, writes

    def choice(self, exit_: Choose, plain: dict[str, Any]) -> str | None:
        if exit_.by == "field":
            for branch in exit_.branches:
                if exit_.on in plain and plain[exit_.on] == branch.label:
                    return branch.target
        else:
            for branch in exit_.branches:
                if branch.when and self.holds(branch.when, plain):
                    return branch.target
        return exit_.otherwise

    def results(
        self, moment: Moment, run: tuple[str, dict[str, Any] | None]
    ) -> list[Callable[[], Finished]]:
        """Everything that one run may do; raises where it cannot even start."""
        node, given = run
        agent = self.agents[node]
        view = given if given is not None else moment.state
        for read in agent.reads:
            if read.field not in view:
                if read.required:
                    raise Stop(Fault("absent", node, read.field))
            elif not self.fits(read.contract, view[read.field][0]):
                raise Stop(Fault("misfit", node, read.field))
        planned = self.plan.node(node)
        found: list[Callable[[], Finished]] = [
            partial(self.finish, moment, node, given, output) for output in self.outputs(agent)
        ]
        if planned.failure:
            state, counts = moment.state, moment.counts
            found.append(partial(self.leave, node, planned.failure, state, counts))
        return found

    def finish(
        self, moment: Moment, node: str, given: dict[str, Any] | None, output: Any
    ) -> Finished:
        agent = self.agents[node]
        made: dict[str, Any] = {}
        for write in agent.writes:
            if write.key is None:
                made[write.field] = (output, f"write:{node}")
            elif write.key in output:
                made[write.field] = (output[write.key], f"write:{node}")
        exits = self.plan.node(node).exits
        if given is not None:
            reads = {r.field for r in agent.reads}
            shown = {f: v for f, v in given.items() if f in reads}
            view = {**moment.state, **shown, **made}
            message, live, writes = self.leave(node, exits, view, moment.counts)
            value = next(iter(made.values()))[0]
            return message, live, {**writes, given["->"]: ([value], f"collected:{node}")}
        view = {
            **moment.state,
            **{f: self.reduce(f, moment.state.get(f), v) for f, v in made.items()},
        }
        message, live, writes = self.leave(node, exits, view, moment.counts)
        return message, live, {**made, **writes}

    def reduce(self, name: str, old: Any, new: Any) -> Any:
        if name not in self.reduced:
            return new
        return (new[0] if old is None else max(old[0], new[0]), "reduced")

    def apply(self, moment: Moment, done: list[Any]) -> Moment:
        state, counts = dict(moment.state), dict(moment.counts)
        written: dict[str, list[Any]] = {}
        live: list[Any] = []
        for _, starts, writes in done:
            for run in starts:
                if run[1] is not None or run not in live:
                    live.append(run)
            for name, value in writes.items():
                if name.startswith("count:"):
                    counts[name] = max(counts.get(name, 0), value)
                else:
                    written.setdefault(name, []).append(value)
        for name, values in written.items():
            if name in self.reduced:
                for value in values:
                    state[name] = self.reduce(name, state.get(name), value)
            elif len(values) == 1:
                state[name] = values[0]
            elif all(v[1].startswith("collected") for v in values):
                state[name] = ([x for v in values for x in v[0]], values[0][1])
            else:
                raise Stop(Fault("clash", "", name))
        marks = copy.deepcopy(moment.marks)
        messages = [message for message, _, _ in done]
        for name, watch in self.watches.items():
            advance(watch, marks[name], messages)
        ready = [name for name, mark in marks.items() if mark.ready]
        if not ready and not live:
            for name, watch in self.watches.items():
                settle(watch, marks[name])
            ready = [name for name, mark in marks.items() if mark.ready]
        return Moment(state, [*live, *[(name, None) for name in ready]], marks, counts)

    def observe(self, moment: Moment) -> None:
        for index, (node, given) in enumerate(moment.live):
            key = (node, given is not None)
            self.seen.ran.add(node)
            view = moment.state if given is None else {k: v for k, v in given.items() if k != "->"}
            self.seen.starts.setdefault(key, []).append(view)
            for other, payload in moment.live[index + 1 :]:
                if (other, payload is not None) == key:
                    self.seen.twins.add(key)
                else:
                    self.seen.pairs.add(frozenset({key, (other, payload is not None)}))

    def explore(self, limit: int) -> bool:
        """Everything that can happen, turn after turn; False where it was more than `limit` moments.

        A turn may be abandoned at any moment: whatever it has left in kept fields by then, the
        next one may begin with.
        """
        todo: list[Moment] = []
        known: set[str] = set()
        held: set[str] = set()

        def add(make: Any) -> None:
            try:
                moment = make()
            except Stop as stop:
                self.seen.faults.add(stop.fault)
                return
            if (key := moment.key()) not in known:
                known.add(key)
                todo.append(moment)

        def begin(kept: dict[str, Any]) -> None:
            if (key := json.dumps(kept, sort_keys=True)) not in held:
                held.add(key)
                for state in self.beginnings(kept):
                    add(lambda s=state: self.first(s))

        begin({})
        while todo:
            if len(known) > limit:
                return False
            moment = todo.pop()
            self.observe(moment)
            begin({f: moment.state[f] for f in sorted(self.kept) if f in moment.state})
            if not moment.live:
                self.end(moment)
                continue
            try:
                options = [self.results(moment, run) for run in moment.live]
            except Stop as stop:
                self.seen.faults.add(stop.fault)
                continue
            combos = 1
            for one in options:
                combos *= len(one)
            if combos > 2_000:
                return False
            for combo in itertools.product(*options):
                add(lambda c=combo, m=moment: self.apply(m, self.done(m, c)))
        return True

    def done(self, moment: Moment, combo: tuple[Any, ...]) -> list[Any]:
        found = []
        for (node, _), act in zip(moment.live, combo, strict=True):
            message, live, writes = act()
            if node in self.watches:
                message = {**message, "ran": node}
            found.append((message, live, writes))
        return found

    def end(self, moment: Moment) -> None:
        self.seen.turns += 1
        self.seen.ends.append(moment.state)
        for port in self.spec.output.ports:
            if port.field not in moment.state:
                self.seen.faults.add(Fault("no output", "", port.field))
            elif not self.fits(port.contract, moment.state[port.field][0]):
                self.seen.faults.add(Fault("bad output", "", port.field))
