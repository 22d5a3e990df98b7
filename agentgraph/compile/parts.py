"""The nodes and channels of one graph, worked out from its plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from langgraph.channels import EphemeralValue
from langgraph.channels.base import BaseChannel
from langgraph.constants import TAG_HIDDEN
from langgraph.graph import START as LANGGRAPH_START

from agentgraph.compile.degrading import DEGRADED, degrades, joined
from agentgraph.compile.exits import Exits, ready_exits
from agentgraph.compile.fields import (
    CollectedChannel,
    CounterChannel,
    FieldChannel,
    ReducedChannel,
    Reducer,
)
from agentgraph.compile.growing import GrowingChannel, WholeChannel, grows
from agentgraph.compile.internals import PregelNode
from agentgraph.compile.join_channel import JoinChannel
from agentgraph.compile.lines import lines_of
from agentgraph.compile.metering import USAGE, merged
from agentgraph.compile.outcome import item_value, node_body
from agentgraph.compile.routing import Routing
from agentgraph.compile.runner import Runner
from agentgraph.compile.start import StartWriter, openings
from agentgraph.compile.tokens import BRANCH, JOIN, Outlet
from agentgraph.compile.writer import NodeWriter
from agentgraph.declare.markers import BUILT_IN
from agentgraph.lower.reach import JoinTable, join_tables
from agentgraph.lower.refusals import RESERVED_KEY
from agentgraph.lower.waiting import watches
from agentgraph.model.agent import AgentSpec
from agentgraph.model.graph import START, GraphSpec
from agentgraph.model.plan import Exit, Node, Plan, Spread


@dataclass(frozen=True, slots=True)
class Parts:
    """What the nodes and channels are made of.

    `joins` maps each join's node to its channel, `reducers` each state field to its reducer
    or None, `growing` names the lists of which steps store what they add. `metered`: it
    counts what its turns take. `marks`: it tells which agents were degraded.
    """

    spec: GraphSpec
    plan: Plan
    runners: Mapping[str, Runner]
    agents: Mapping[str, AgentSpec]
    tables: Mapping[str, JoinTable]
    joins: Mapping[str, str]
    reducers: Mapping[str, Reducer | None]
    routing: Routing
    growing: frozenset[str] = frozenset()
    metered: bool = False
    marks: bool = False

    __hash__ = None  # type: ignore[assignment]

    input_channel = LANGGRAPH_START

    @classmethod
    def of(
        cls,
        spec: GraphSpec,
        plan: Plan,
        runners: Mapping[str, Runner],
        functions: Mapping[str, Callable[[dict[str, Any]], object]],
        reducers: Mapping[str, Reducer],
        *,
        by_step: bool = False,
        metered: bool = False,
    ) -> Parts:
        """Worked out from the plan. `by_step`: the saver can put lists together from what steps add.

        KeyError: a runner or a reducer is missing.
        """
        joins = {join.node: JOIN.format(join.node) for join in plan.joins}
        by_field = {f.name: reducers[f.reducer] if f.reducer else None for f in spec.state}
        routing = Routing(
            graph=spec.name,
            nodes={node.name: node for node in plan.nodes},
            fields=frozenset((*by_field, *plan.counters)),
            joins=joins,
            # What a Map hands over need not be a field of the state.
            reads={
                node.name: tuple(f for f in runners[node.name].reads if f in by_field)
                for node in plan.nodes
            },
            functions=functions,
            reduced=frozenset(name for name, reducer in by_field.items() if reducer),
            hidden=_labelled(spec),
        )
        agents = {agent.name: agent for agent in spec.agents}
        tables = join_tables(plan)
        growing = frozenset(f.name for f in spec.state if by_step and grows(f))
        return cls(
            spec,
            plan,
            runners,
            agents,
            tables,
            joins,
            by_field,
            routing,
            growing,
            metered,
            degrades(spec),
        )

    def channels(self) -> dict[str, Any]:
        """Every channel: fields first, then the hidden ones."""
        into = {exit_.into for exit_ in self._spreads()}
        channels: dict[str, BaseChannel[Any, Any, Any]] = {
            field: self._field_channel(field, reducer, mapped=field in into)
            for field, reducer in self.reducers.items()
        }
        channels |= {
            name: FieldChannel(name) for name in self.shown_channels() if name not in channels
        }
        channels |= {counter: CounterChannel(counter) for counter in self.plan.counters}
        for name, watch in watches(self.tables).items():
            channels[self.joins[name]] = JoinChannel(watch, self.joins[name])
        for node in self.plan.nodes:
            channels[BRANCH.format(node.name)] = EphemeralValue(Any, guard=False)
        if self.metered:
            channels[USAGE] = ReducedChannel(merged, USAGE)
        if self.marks:
            channels[DEGRADED] = ReducedChannel(joined, DEGRADED)
        channels[LANGGRAPH_START] = EphemeralValue(Any)
        return dict(channels)

    def shown_channels(self) -> list[str]:
        """What streams and `get_state` show: the state fields.

        LangGraph takes an empty list for "all"; hence, where there is no field, one channel
        that nobody writes.
        """
        return list(self.reducers) or [RESERVED_KEY]

    def nodes(self) -> dict[str, PregelNode]:
        """START and every node of the plan."""
        mapped = {exit_.target for exit_ in self._spreads()}
        nodes = {LANGGRAPH_START: self._start()}
        for node in self.plan.nodes:
            nodes[node.name] = self._node(node, mapped=node.name in mapped)
        return nodes

    def _start(self) -> PregelNode:
        writer = StartWriter(
            Outlet((), tuple(self.joins.values())),
            lines_of(self.plan.start, (), self.joins),
            self._ready(self.plan.start, START),
            openings(self.spec.state, self.spec.input.ports, self.reducers, self.growing),
            self.plan.counters,
            usage=(*(USAGE,) * self.metered, *(DEGRADED,) * self.marks),
        )
        return PregelNode(
            tags=[TAG_HIDDEN],
            triggers=[LANGGRAPH_START],
            channels=LANGGRAPH_START,
            writers=[writer],
        )

    def _node(self, node: Node, *, mapped: bool) -> PregelNode:
        runner = self.runners[node.name]
        writer = NodeWriter(
            self._outlet(node.name),
            lines_of(node.exits, node.failure, self.joins),
            exits=self._ready(node.exits, node.name),
            failure=self._ready(node.failure, node.name),
            reducers=self.reducers,
            item_value=item_value(self.agents[node.agent]),
            growing=self.growing,
        )
        triggers = [BRANCH.format(node.name)]
        if node.name in self.joins:
            triggers.append(self.joins[node.name])
        return PregelNode(
            triggers=triggers,
            channels=list(self.routing.reads[node.name]),
            writers=[writer],
            bound=node_body(runner, mapped=mapped),
            subgraphs=[runner.subgraph] if runner.subgraph is not None else [],
        )

    def _outlet(self, name: str) -> Outlet:
        feeds = tuple(
            self.joins[table.node]
            for table in self.tables.values()
            if name in table.feeders or name == table.node
        )
        ran = name if name in self.joins else None
        return Outlet(feeds, tuple(self.joins.values()), ran)

    def _ready(self, exits: tuple[Exit, ...], owner: str) -> Exits:
        return ready_exits(exits, owner, self.routing)

    def _field_channel(
        self, name: str, reducer: Reducer | None, *, mapped: bool
    ) -> BaseChannel[Any, Any, Any]:
        if reducer is None:
            return CollectedChannel(name) if mapped else FieldChannel(name)
        if name in self.growing:
            return GrowingChannel(reducer, name)
        if reducer in BUILT_IN.values():
            return WholeChannel(reducer, name, begins=self.spec.field(name).default == [])
        return ReducedChannel(reducer, name)

    def _spreads(self) -> list[Spread]:
        every = [*self.plan.start]
        for node in self.plan.nodes:
            every += [*node.exits, *node.failure]
        return [exit_ for exit_ in every if isinstance(exit_, Spread)]


def _labelled(spec: GraphSpec) -> frozenset[str]:
    """The fields that are declared to bear labels, by themselves or by who writes them."""
    fields = [field.name for field in spec.state if field.labels]
    written = [write.field for agent in spec.agents for write in agent.writes if write.labels]
    return frozenset((*fields, *written))
