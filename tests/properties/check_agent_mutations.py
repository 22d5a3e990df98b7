"""Mistakes in what agents and the graph take and give: one at a time, as people make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from agentgraph.model.agent import AgentSpec, Read, Write
from agentgraph.model.contract import Contract
from agentgraph.model.graph import (
    END,
    EdgeSpec,
    Port,
)
from tests.properties.check_changes import Change, Mutant, NoPlaceError
from tests.properties.check_graphs import SCALARS, contract, lists
from tests.properties.check_tidy import ALL_VALUES, without_agent
from tests.properties.check_values import scalars

T = TypeVar("T")


def _rewritten(agent: AgentSpec, writes: Sequence[Write]) -> AgentSpec:
    """The agent with other results, each on its own."""
    whole = {
        "type": "object",
        "properties": {str(w.key): w.contract.produced for w in writes},
        "required": [w.key for w in writes if w.always],
        "additionalProperties": False,
    }
    return replace(agent, writes=tuple(writes), output=Contract("output", whole, whole))


def _writer(change: Change) -> AgentSpec:
    return change.agent(lambda a: a.writes and a.writes[0].key is not None)


def _without(items: Sequence[T], one: T) -> list[T]:
    return [item for item in items if item is not one]


def _instead(items: Sequence[T], old: T, new: T) -> list[T]:
    return [new if item is old else item for item in items]


def drop_a_write(change: Change) -> Mutant:
    agent = _writer(change)
    write = change.pick(agent.writes)
    return change.with_agent(agent, _rewritten(agent, _without(agent.writes, write)), write.field)


def rename_what_is_written(change: Change) -> Mutant:
    agent = _writer(change)
    write = change.pick(agent.writes)
    name = change.pick([f for f in SCALARS if f not in {w.field for w in agent.writes}])
    writes = _instead(agent.writes, write, replace(write, field=name))
    return change.with_agent(agent, replace(agent, writes=tuple(writes)), write.field, name)


def rename_what_is_read(change: Change) -> Mutant:
    agent = change.agent(lambda a: any(r.field in SCALARS for r in a.reads))
    read = change.pick([r for r in agent.reads if r.field in SCALARS])
    name = change.pick([f for f in SCALARS if f not in {r.field for r in agent.reads}])
    reads = _instead(agent.reads, read, replace(read, field=name, parameter=name))
    return change.with_agent(agent, replace(agent, reads=tuple(reads)), read.field, name)


def write_more_values(change: Change) -> Mutant:
    agent = _writer(change)
    write = change.pick([w for w in agent.writes if w.field in SCALARS])
    wider = contract([*ALL_VALUES])
    writes = _instead(agent.writes, write, replace(write, contract=wider))
    return change.with_agent(agent, _rewritten(agent, writes), write.field)


def make_a_result_optional(change: Change) -> Mutant:
    agent = change.agent(lambda a: any(w.always and w.key for w in a.writes))
    write = change.pick([w for w in agent.writes if w.always])
    writes = _instead(agent.writes, write, replace(write, always=False))
    return change.with_agent(agent, _rewritten(agent, writes), write.field)


def _change_read(change: Change, read: Read, agent: AgentSpec, **more: Any) -> Mutant:
    reads = _instead(agent.reads, read, replace(read, **more))
    return change.with_agent(agent, replace(agent, reads=tuple(reads)), read.field)


def narrow_what_is_read(change: Change) -> Mutant:
    agent = change.agent(lambda a: any(r.field in SCALARS for r in a.reads))
    read = change.pick([r for r in agent.reads if r.field in SCALARS])
    return _change_read(change, read, agent, contract=contract([change.pick(ALL_VALUES)]))


def require_what_may_be_absent(change: Change) -> Mutant:
    agent = change.agent(lambda a: any(not r.required for r in a.reads))
    read = change.pick([r for r in agent.reads if not r.required])
    return _change_read(change, read, agent, required=True)


def read_another_type(change: Change) -> Mutant:
    agent = change.agent(lambda a: any(r.field in SCALARS for r in a.reads))
    read = change.pick([r for r in agent.reads if r.field in SCALARS])
    return _change_read(change, read, agent, contract=lists([0, 1]))


def read_one_more(change: Change) -> Mutant:
    agent = change.agent()
    name = change.pick([f for f in SCALARS if f not in {r.field for r in agent.reads}])
    read = Read(field=name, parameter=name, contract=contract(ALL_VALUES))
    return change.with_agent(agent, replace(agent, reads=(*agent.reads, read)), name)


def drop_a_reducer(change: Change) -> Mutant:
    field = change.field(lambda f: f.reducer == "larger")
    return change.with_field(field, replace(field, reducer=None))


def drop_a_default(change: Change) -> Mutant:
    field = change.field(lambda f: f.has_default and f.reducer is None)
    return change.with_field(field, replace(field, has_default=False, default=None))


def drop_kept(change: Change) -> Mutant:
    field = change.field(lambda f: f.kept)
    return change.with_field(field, replace(field, kept=False))


def add_kept(change: Change) -> Mutant:
    field = change.field(lambda f: not f.kept and f.name in SCALARS)
    return change.with_field(field, replace(field, kept=True))


def add_a_parallel_writer(change: Change) -> Mutant:
    edge = change.edge(lambda e: not e.on_failure and e.adapter is None)
    name = change.pick(SCALARS)
    made = AgentSpec(name="late", kind="function", output=contract([]))
    made = _rewritten(made, [Write(field=name, contract=contract(ALL_VALUES), key=name)])
    ways = (
        EdgeSpec(sources=(change.pick(edge.sources),), target="late"),
        EdgeSpec(sources=("late",), target=END),
    )
    spec = replace(change.spec, agents=(*change.spec.agents, made), ways=(*change.spec.ways, *ways))
    return Mutant(spec, frozenset({"late", name}))


def delete_an_agent(change: Change) -> Mutant:
    agent = change.agent()
    spec = without_agent(change.spec, agent.name)
    readers = {r.field for r in agent.reads} | {w.field for w in agent.writes}
    return Mutant(spec, frozenset({agent.name, *readers}))


def narrow_the_output(change: Change) -> Mutant:
    port = change.pick([p for p in change.spec.output.ports if p.field in SCALARS])
    narrow = contract([change.pick(ALL_VALUES)])
    return change.with_ports("output", port, replace(port, contract=narrow))


def promise_an_optional_output(change: Change) -> Mutant:
    port = change.pick([p for p in change.spec.output.ports if not p.required])
    return change.with_ports("output", port, replace(port, required=True))


def promise_one_output_more(change: Change) -> Mutant:
    known = {p.field for p in change.spec.output.ports}
    name = change.pick([f for f in SCALARS if f not in known])
    output = change.spec.output
    ports = (*output.ports, Port(field=name, contract=contract(ALL_VALUES)))
    spec = replace(change.spec, output=replace(output, ports=ports))
    return Mutant(spec, frozenset({name, END}))


def make_an_input_optional(change: Change) -> Mutant:
    port = change.pick([p for p in change.spec.input.ports if p.required])
    if any(p.has_default for p in change.spec.input.ports):
        raise NoPlaceError
    return change.with_ports("input", port, replace(port, required=False))


def require_an_optional_input(change: Change) -> Mutant:
    port = change.pick([p for p in change.spec.input.ports if not p.required])
    return change.with_ports(
        "input", port, replace(port, required=True, has_default=False, default=None)
    )


def drop_an_input(change: Change) -> Mutant:
    return change.with_ports("input", change.pick(change.spec.input.ports))


def widen_the_input(change: Change) -> Mutant:
    ports = [p for p in change.spec.input.ports if p.field in SCALARS]
    port = change.pick([p for p in ports if len(scalars(p.contract.produced)) < 3])
    return change.with_ports("input", port, replace(port, contract=contract(ALL_VALUES)))
