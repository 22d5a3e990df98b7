"""Random graphs made clean: what the checker says is mended, at random, until it says nothing more.

So they lie close to the border: one thing less, and there would be a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random
from typing import Any

from agentgraph.check.engine import check_graph
from agentgraph.check.finding import Finding
from agentgraph.errors import DeclarationError
from agentgraph.lower.plan import lower_graph
from agentgraph.model.agent import AgentSpec
from agentgraph.model.contract import Contract
from agentgraph.model.graph import END, START, EdgeSpec, GraphSpec, MapSpec, RouteSpec, Way
from tests.properties.check_graphs import contract
from tests.properties.check_values import scalars
from tests.properties.check_wide import WideMaker

ALL_VALUES = [0, 1, 2]
ROUNDS = 14
SIZES = (2, 3, 4, 4, 5, 6, 8, 15)


def tidy_graph(seed: int) -> GraphSpec | None:
    """The clean graph of that seed, of 2 to 15 agents, some of them graphs; None: nothing came of it."""
    random = Random(seed)
    inner: list[GraphSpec] = []
    while random.random() < 0.2:
        prefix = f"i{len(inner)}"
        found = tidied(WideMaker(random.randrange(10**9), 3, prefix=prefix).spec(), random)
        inner += [found] if found else []
    most = random.choice(SIZES)
    return tidied(WideMaker(random.randrange(10**9), most, inner=inner).spec(), random)


def counts(findings: Iterable[Finding]) -> list[Finding]:
    """Those that keep a graph from being clean: errors and notes of groups 1 to 4."""
    return [f for f in findings if f.code[2] in "1234" and f.severity != "warning"]


def tidied(spec: GraphSpec, random: Random) -> GraphSpec | None:
    """The graph, mended until it is clean; None where that takes too long."""
    for _ in range(ROUNDS):
        found = counts(check_graph(spec))
        if not found:
            return spec
        for finding in found:
            spec = _mended(spec, finding, random)
        spec = _swept(spec)
        if not _is_sound(spec):
            return None
    return None


def _is_sound(spec: GraphSpec) -> bool:
    try:
        lower_graph(spec)
    except DeclarationError:
        return False
    return bool(spec.agents) and any(_sources(way) == (START,) for way in spec.ways)


def _mended(spec: GraphSpec, finding: Finding, random: Random) -> GraphSpec:
    _, _, place = finding.place.partition(".")
    node, _, field = place.partition(".")
    mend = _MENDS.get(finding.code)
    return mend(spec, node, field, random) if mend else spec


def _absent(spec: GraphSpec, node: str, field: str, random: Random) -> GraphSpec:
    agent = _agent(spec, node)
    roll = random.random()
    if agent is None or not any(r.field == field and r.required for r in agent.reads):
        return _decided(spec, node, field, random)
    if roll < 0.15 and not any(r.field == field for r in agent.reads if not r.required):
        return _with_agent(
            spec, replace(agent, reads=tuple(r for r in agent.reads if r.field != field))
        )
    if roll < 0.3 and any(f.name == field and not f.has_default for f in spec.state):
        return _with_state(spec, field, has_default=True, default=0)
    if roll < 0.6:
        return _with_writer(spec, field, random)
    return _with_agent(
        spec,
        replace(
            agent,
            reads=tuple(replace(r, required=False) if r.field == field else r for r in agent.reads),
        ),
    )


def _with_writer(spec: GraphSpec, field: str, random: Random) -> GraphSpec:
    """The input has it, or has it always."""
    ports = [p for p in spec.input.ports if p.field == field]
    if ports:
        others = tuple(
            replace(p, required=True) if p.field == field else p for p in spec.input.ports
        )
        return replace(spec, input=replace(spec.input, ports=others))
    known = next((f for f in spec.state if f.name == field), None)
    if known is None or any(p.has_default for p in spec.input.ports):
        return spec
    port = replace(_port_like(spec), field=field, contract=known.contract, required=True)
    return replace(spec, input=replace(spec.input, ports=(*spec.input.ports, port)))


def _port_like(spec: GraphSpec) -> Any:
    from agentgraph.model.graph import Port

    return Port(field="", contract=contract(ALL_VALUES))


def _decided(spec: GraphSpec, node: str, field: str, random: Random) -> GraphSpec:
    """Routes of that node get an `otherwise`, Maps of it go."""
    ways: list[Way] = []
    for way in spec.ways:
        if isinstance(way, RouteSpec) and way.agent == node:
            reads = tuple(read for read in way.reads if read.field != field)
            ways.append(replace(way, otherwise=way.otherwise or END, reads=reads))
        elif not (isinstance(way, MapSpec) and way.agent == node):
            ways.append(way)
    return replace(spec, ways=tuple(ways))


def _misfit(spec: GraphSpec, node: str, field: str, random: Random) -> GraphSpec:
    agent = _agent(spec, node)
    if agent is None or not any(r.field == field for r in agent.reads):
        return _decided(spec, node, field, random)
    reads = tuple(
        replace(r, contract=_widened(r.contract)) if r.field == field else r for r in agent.reads
    )
    if random.random() < 0.25:
        reads = tuple(r for r in agent.reads if r.field != field)
    return _with_agent(spec, replace(agent, reads=reads))


def _widened(old: Contract) -> Contract:
    schema: Any = old.produced
    if schema.get("type") != "array":
        return contract([*scalars(schema), *[v for v in ALL_VALUES if v not in scalars(schema)]])
    wide = {"type": "array", "items": {"enum": ALL_VALUES}}
    return Contract("list", wide, wide)


def _output(spec: GraphSpec, node: str, field: str, random: Random) -> GraphSpec:
    ports = []
    for port in spec.output.ports:
        if port.field != field:
            ports.append(port)
        elif random.random() < 0.6:
            ports.append(replace(port, required=False, contract=_widened(port.contract)))
    return replace(spec, output=replace(spec.output, ports=tuple(ports)))


def _no_way(spec: GraphSpec, node: str, field: str, random: Random) -> GraphSpec:
    changed = _decided(spec, node, field, random)
    if changed != spec:
        return changed
    ports = tuple(replace(port, required=False) for port in spec.output.ports)
    if random.random() < 0.5:
        return replace(spec, output=replace(spec.output, ports=ports))
    return replace(spec, ways=(*spec.ways, EdgeSpec(sources=(node,), target=END)))


def _dead_end(spec: GraphSpec, node: str, field: str, random: Random) -> GraphSpec:
    return replace(spec, ways=(*spec.ways, EdgeSpec(sources=(node,), target=END)))


def _clash(spec: GraphSpec, node: str, field: str, random: Random) -> GraphSpec:
    agent = _agent(spec, node)
    if agent is None or random.random() < 0.25:
        known = next((f for f in spec.state if f.name == field), None)
        if known is not None and "enum" in known.contract.produced:  # type: ignore[operator]
            return _with_state(spec, field, reducer="larger")
    if agent is None:
        return spec
    return _with_agent(spec, replace(agent, writes=(), output=contract([])))


def _unreached(spec: GraphSpec, node: str, field: str, random: Random) -> GraphSpec:
    return without_agent(spec, node)


def _endless(spec: GraphSpec, node: str, field: str, random: Random) -> GraphSpec:
    ways = [
        replace(way, at_most=2)
        if isinstance(way, EdgeSpec) and node in way.sources and way.at_most is None
        else way
        for way in spec.ways
    ]
    changed = replace(spec, ways=tuple(ways))
    return changed if changed != spec else _decided(spec, node, field, random)


_MENDS: dict[str, Callable[[GraphSpec, str, str, Random], GraphSpec]] = {
    "AG101": _misfit,
    "AG102": _no_way,
    "AG105": _output,
    "AG108": _misfit,
    "AG202": _unreached,
    "AG203": _dead_end,
    "AG204": _endless,
    "AG209": _dead_end,
    "AG301": _no_way,
    "AG401": _absent,
    "AG402": _clash,
}


def without_agent(spec: GraphSpec, name: str) -> GraphSpec:
    """The graph without that agent; what led there leads on to END."""
    ways: list[Way] = []
    for way in spec.ways:
        changed = _rerouted(way, name)
        if changed is not None:
            ways.append(changed)
    agents = tuple(agent for agent in spec.agents if agent.name != name)
    return replace(spec, agents=agents, ways=tuple(ways))


def _rerouted(way: Way, name: str) -> Way | None:
    def on(target: str) -> str:
        return END if target == name else target

    if isinstance(way, MapSpec):
        return None if name in (way.agent, way.target) else way
    otherwise = on(way.otherwise) if way.otherwise else None
    if isinstance(way, RouteSpec):
        if way.agent == name:
            return None
        cases = tuple(replace(case, target=on(case.target)) for case in way.cases)
        return replace(way, cases=cases, otherwise=otherwise)
    sources = tuple(source for source in way.sources if source != name)
    adapter = None if way.adapter == name else way.adapter
    if not sources:
        return None
    target = on(way.target)
    join = way.join and target != END
    return replace(
        way, sources=sources, target=target, join=join, otherwise=otherwise, adapter=adapter
    )


def _swept(spec: GraphSpec) -> GraphSpec:
    """Without agents that stand nowhere, and without an adapter before END."""
    ways = tuple(
        replace(way, adapter=None) if isinstance(way, EdgeSpec) and way.target == END else way
        for way in spec.ways
    )
    named = {name for way in ways for name in _names(way)}
    agents = tuple(agent for agent in spec.agents if agent.name in named)
    return replace(spec, agents=agents, ways=ways)


def _names(way: Way) -> list[str | None]:
    if isinstance(way, EdgeSpec):
        return [*way.sources, way.target, way.otherwise, way.adapter]
    if isinstance(way, RouteSpec):
        return [way.agent, *(case.target for case in way.cases), way.otherwise]
    return [way.agent, way.target]


def _sources(way: Way) -> tuple[str, ...]:
    return way.sources if isinstance(way, EdgeSpec) else (way.agent,)


def _agent(spec: GraphSpec, node: str) -> AgentSpec | None:
    # A helper is named after its adapter, with a number where that is taken.
    names = (node, node.rpartition("_")[0])
    return next((agent for agent in spec.agents if agent.name in names), None)


def _with_agent(spec: GraphSpec, agent: AgentSpec) -> GraphSpec:
    if agent.graph is not None:  # its contract is that of the graph within; it goes as a whole
        return without_agent(spec, agent.name)
    agents = tuple(agent if one.name == agent.name else one for one in spec.agents)
    return replace(spec, agents=agents)


def _with_state(spec: GraphSpec, field: str, **more: Any) -> GraphSpec:
    state = tuple(replace(one, **more) if one.name == field else one for one in spec.state)
    return replace(spec, state=state)
