"""What a small graph does, superstep by superstep: an interpreter that takes a `Plan` at its word.

Agents keep their contracts and nothing else: any output that fits, any answer of a route
function that its type allows, failing where a failure exit says so. Where it is `free`, so does
a reducer that somebody wrote: it gives anything of the field's type. When joins start is asked of
`lower.waiting`, which is what the compiled graph asks too.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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
from tests.properties.check_reducers import FREE, OpenError, Table, of_two
from tests.properties.check_values import outputs_of, values_of

Known = tuple[Json, str]
"""A value in the state, and who wrote it."""
Run = tuple[str, dict[str, Any] | None]
"""A node that runs, and what a Map has handed it; the list that it adds to is under "->"."""
Answers = tuple[tuple[int, Json], ...]
"""What route functions say, by the number of their way."""

REDUCERS: dict[str, Callable[[Any, Any], Any]] = {
    "max": max,
    "larger": max,
    "append": lambda old, new: [*old, *new],
}


@dataclass(frozen=True)
class Fault:
    """What went wrong in a turn: a read, a decision, a clash, a write, the output."""

    kind: str
    node: str = ""
    field: str = ""


@dataclass(frozen=True, eq=False)
class Act:
    """What one run does: it hands out `output`, or `fails`."""

    output: Json = None
    fails: bool = False
    answers: Answers = ()


@dataclass(frozen=True, eq=False)
class Begin:
    """How a turn begins: its input, and what START's route functions say."""

    given: Mapping[str, Json]
    answers: Answers = ()


@dataclass
class Moment:
    """All that the next superstep depends on."""

    state: dict[str, Known]
    live: list[Run]
    marks: dict[str, Marks]
    counts: dict[str, int]

    def key(self) -> str:
        marks = {n: (sorted(m.arrived.items()), m.ready, m.sends) for n, m in self.marks.items()}
        return json.dumps([self.state, self.live, marks, self.counts], sort_keys=True)


@dataclass
class Finished:
    """What one finished run sets going: its message, what starts, what is written."""

    message: dict[str, Any]
    live: list[Run]
    writes: dict[str, Any]


class Stop(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


class World:
    def __init__(self, spec: GraphSpec, *, free: bool = False) -> None:
        self.spec = spec
        self.free = {
            f.name for f in spec.state if free and f.reducer and f.reducer.rsplit(":")[-1] == FREE
        }
        self._table: Table = {}
        self.plan: Plan = lower_graph(spec)
        self.agents = {node.name: spec.agent(node.agent) for node in self.plan.nodes}
        self.watches = watches(join_tables(self.plan))
        self.fields = {f.name: f for f in spec.state}
        self.reducers = {
            f.name: REDUCERS[f.reducer.rsplit(":")[-1]] for f in spec.state if f.reducer
        }
        self.kept = {f.name for f in spec.state if f.kept}
        self._tests: dict[int, tuple[object, Any]] = {}
        self._outputs: dict[str, list[Any]] = {}

    def holds(self, guard: Guard, view: Mapping[str, Any]) -> bool:
        return self._is_valid(guard, guard.schema, {f: view[f] for f in guard.fields if f in view})

    def fits(self, contract: Contract, value: Any) -> bool:
        return self._is_valid(contract, contract.accepted, value)

    def _is_valid(self, owner: object, schema: Any, value: Any) -> bool:
        # The owner is kept with its test: an id is only good as long as what it was taken of.
        known = self._tests.get(id(owner))
        if known is None:
            known = self._tests[id(owner)] = (owner, jsonschema_rs.Draft202012Validator(schema))
        return bool(known[1].is_valid(value))

    def outputs(self, agent: AgentSpec) -> list[Any]:
        if agent.name not in self._outputs:
            self._outputs[agent.name] = outputs_of(agent)
        return self._outputs[agent.name]

    def begins(self) -> Iterator[Begin]:
        """Every way in which a turn can begin."""
        choices: list[list[Any]] = []
        for port in self.spec.input.ports:
            values = [(port.field, value) for value in values_of(port.contract)]
            left_out = not port.required and not port.has_default
            choices.append([*values, None] if left_out else values)
        for combo in itertools.product(*choices):
            given = dict(one for one in combo if one is not None)
            for answers in answers_of(self.plan.start):
                yield Begin(given, answers)

    def first(self, begin: Begin, held: Mapping[str, Known]) -> Moment:
        """The turn's first moment, where earlier ones have left `held`."""
        state: dict[str, Known] = {
            f.name: (f.default, "default") for f in self.spec.state if f.has_default
        }
        state |= held
        for name, value in begin.given.items():
            state[name] = self._reduced(name, state.get(name), (value, "input"))
        moment = Moment(state, [], {name: Marks() for name in self.watches}, {})
        done = self._leave(START, self.plan.start, state, moment.counts, begin.answers)
        done.message["reset"] = True
        return self._apply(moment, [done])

    def every(self, make: Callable[[], Moment]) -> Iterator[tuple[Table, Moment | Stop]]:
        """What `make` comes to, for each thing that free reducers can do meanwhile."""
        todo: list[Table] = [{}]
        while todo:
            self._table = todo.pop()
            try:
                yield self._table, make()
            except Stop as stop:
                yield self._table, stop
            except OpenError as one:
                todo += [{**self._table, one.key: value} for value in one.values]

    def acts(self, moment: Moment, run: Run) -> list[Act]:
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
        found = [
            Act(output, answers=answers)
            for answers in answers_of(planned.exits)
            for output in self.outputs(agent)
        ]
        return [*found, Act(fails=True)] if planned.failure else found

    def step(self, moment: Moment, acts: list[Act]) -> Moment:
        """The moment after, where each live run has done that."""
        done = []
        for run, act in zip(moment.live, acts, strict=True):
            finished = self._finish(moment, run, act)
            if run[0] in self.watches:
                finished.message["ran"] = run[0]
            done.append(finished)
        return self._apply(moment, done)

    def _finish(self, moment: Moment, run: Run, act: Act) -> Finished:
        node, given = run
        planned, agent = self.plan.node(node), self.agents[node]
        shown = {}
        if given is not None:
            reads = {read.field for read in agent.reads}
            shown = {f: v for f, v in given.items() if f in reads}
        if act.fails:
            view = {**moment.state, **shown}
            return self._leave(node, planned.failure, view, moment.counts)
        made = self._made(node, agent, act.output)
        if given is None:
            view = {
                **moment.state,
                **{f: self._reduced(f, moment.state.get(f), v) for f, v in made.items()},
            }
            done = self._leave(node, planned.exits, view, moment.counts, act.answers)
            return Finished(done.message, done.live, {**made, **done.writes})
        view = {**moment.state, **shown, **made}
        done = self._leave(node, planned.exits, view, moment.counts, act.answers)
        whole = len(agent.writes) == 1 and agent.writes[0].key is None
        value = act.output if whole else {f: v[0] for f, v in made.items()}
        return Finished(
            done.message,
            done.live,
            {**done.writes, given["->"]: ([value], f"collected:{node}")},
        )

    def _made(self, node: str, agent: AgentSpec, output: Any) -> dict[str, Known]:
        """What the agent at a node writes, where it hands that out."""
        made: dict[str, Known] = {}
        for write in agent.writes:
            if write.key is None:
                made[write.field] = (output, f"write:{node}")
            elif write.key in output:
                made[write.field] = (output[write.key], f"write:{node}")
        return made

    def _leave(
        self,
        node: str,
        exits: tuple[Exit, ...],
        view: Mapping[str, Known],
        counts: Mapping[str, int],
        answers: Answers = (),
    ) -> Finished:
        plain = {f: v[0] for f, v in view.items()}
        found = Finished({"go": [], "send": [], "at": []}, [], {})
        for exit_ in exits:
            match exit_:
                case Go():
                    if exit_.when is None or self.holds(exit_.when, plain):
                        self._go(exit_, node, counts, found)
                case Choose():
                    self._ask(exit_, node, plain)
                    target = self._choice(exit_, plain, dict(answers))
                    if target is None:
                        absent = exit_.by == "field" and exit_.on not in plain
                        raise Stop(Fault("absent" if absent else "no branch", node, exit_.on or ""))
                    self._lead(target, node, found)
                case Spread():
                    self._spread(exit_, node, view, counts, found)
        return found

    def _ask(self, exit_: Choose, node: str, plain: Mapping[str, Json]) -> None:
        for read in exit_.reads if exit_.by == "function" else ():
            if read.field not in plain:
                if read.required:
                    raise Stop(Fault("absent", node, read.field))
            elif not self.fits(read.contract, plain[read.field]):
                raise Stop(Fault("misfit", node, read.field))

    def _spread(
        self,
        exit_: Spread,
        node: str,
        view: Mapping[str, Known],
        counts: Mapping[str, int],
        found: Finished,
    ) -> None:
        if exit_.over not in view:
            raise Stop(Fault("absent", node, exit_.over))
        elements = view[exit_.over][0]
        if not isinstance(elements, list):
            raise Stop(Fault("misfit", node, exit_.over))
        found.writes[exit_.into] = ([], f"empty:{node}")
        if not elements:
            for way in self.plan.node(exit_.target).exits:
                if isinstance(way, Go) and way.when is None:
                    self._go(way, exit_.target, counts, found)
            return
        found.message["send"].append(exit_.target)
        for element in elements:
            payload = {**view, exit_.each: (element, "element"), "->": exit_.into}
            found.live.append((exit_.target, payload))

    def _go(self, exit_: Go, owner: str, counts: Mapping[str, int], found: Finished) -> None:
        if exit_.counter is None:
            self._lead(exit_.target, owner, found)
        elif counts.get(exit_.counter.field, 0) < exit_.counter.at_most:
            found.writes[exit_.counter.field] = counts.get(exit_.counter.field, 0) + 1
            self._lead(exit_.target, owner, found)
        elif exit_.otherwise:
            self._lead(exit_.otherwise, owner, found)

    def _lead(self, target: str, owner: str, found: Finished) -> None:
        if target in self.watches:
            found.message["at"].append([target, owner])
        elif target != END:
            found.message["go"].append(target)
            found.live.append((target, None))

    def _choice(
        self, exit_: Choose, plain: Mapping[str, Json], answers: Mapping[int, Json]
    ) -> str | None:
        if exit_.by == "cases":
            met = [b for b in exit_.branches if b.when and self.holds(b.when, plain)]
        elif exit_.by == "field":
            on = exit_.on or ""
            met = [b for b in exit_.branches if on in plain and plain[on] == b.label]
        else:
            said = answers[exit_.way]
            met = [b for b in exit_.branches if b.label == said]
            met = met or [b for b in exit_.branches if b.target == said]
        return met[0].target if met else exit_.otherwise

    def _reduced(self, name: str, old: Known | None, new: Known) -> Known:
        if name not in self.reducers:
            return new
        if old is None:
            return new if new[1] == "input" else (new[0], "reduced")
        if name in self.free:
            key = of_two(old[0], new[0])
            if key not in self._table:
                raise OpenError(key, values_of(self.fields[name].contract))
            return (self._table[key], "reduced")
        return (self.reducers[name](old[0], new[0]), "reduced")

    def _apply(self, moment: Moment, done: list[Finished]) -> Moment:
        state, counts = dict(moment.state), dict(moment.counts)
        written: dict[str, list[Any]] = {}
        live: list[Run] = []
        for one in done:
            for run in one.live:
                if run[1] is not None or run not in live:
                    live.append(run)
            for name, value in one.writes.items():
                if name.startswith("count:"):
                    counts[name] = max(counts.get(name, 0), value)
                else:
                    written.setdefault(name, []).append(value)
        for name, values in written.items():
            state[name] = self._together(name, state.get(name), values)
        marks = {n: Marks(dict(m.arrived), m.ready, m.sends) for n, m in moment.marks.items()}
        messages = [one.message for one in done]
        for name, watch in self.watches.items():
            advance(watch, marks[name], messages)
        ready = [name for name, mark in marks.items() if mark.ready]
        if not ready and not live:
            for name, watch in self.watches.items():
                settle(watch, marks[name])
            ready = [name for name, mark in marks.items() if mark.ready]
        return Moment(state, [*live, *[(name, None) for name in ready]], marks, counts)

    def _together(self, name: str, old: Known | None, values: list[Known]) -> Known:
        """What the writes of one superstep make of a field."""
        if name in self.reducers:
            for value in values:
                old = (
                    ([], "reduced")
                    if value[1].startswith("empty")
                    else self._reduced(name, old, value)
                )
            assert old is not None
            return old
        if all(by.startswith("collected") for _, by in values):
            return ([x for value in values for x in value[0]], values[0][1])
        if len(values) > 1:
            raise Stop(Fault("clash", "", name))
        return values[0]


def answers_of(exits: tuple[Exit, ...]) -> list[Answers]:
    """Every combination of what the route functions among the exits may say."""
    asked = [
        [(exit_.way, said) for said in values_of(exit_.returns)]
        for exit_ in exits
        if isinstance(exit_, Choose) and exit_.by == "function" and exit_.returns is not None
    ]
    return list(itertools.product(*asked))
