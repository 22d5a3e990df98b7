"""How long does checking a graph take, and how does that grow with the graph?

Graphs of 100, 1,000 and 10,000 agents in layers (routes, forks, joins, guards; 30 state fields,
200 contracts), and two that are hard on purpose: 1,000 agents all side by side, and 300 in loops
within loops. For each: analysis alone, all rules with it, how many questions were put to
contracts, and the memory that the analysis takes. Read the last column against the line before:
ten times the agents should cost about ten times as much. Each graph is checked once, cold; the
figures vary by a tenth from run to run.

    python -m benchmarks check
"""

from __future__ import annotations

import gc
import random
import time
import tracemalloc
from collections.abc import Callable, Iterator

from agentgraph.check.engine import check_graph
from agentgraph.check.flow.flow import analyse
from agentgraph.check.questions import Questions
from agentgraph.lower.plan import lower_graph
from agentgraph.model.agent import AgentSpec, Read, Write
from agentgraph.model.contract import Contract
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

FIELDS = [f"f{n}" for n in range(30)]


def contracts(count: int) -> list[Contract]:
    """Objects of a few properties: each accepts what it produces, and what most others do."""
    made = []
    for number in range(count):
        schema = {
            "type": "object",
            "properties": {
                "id": {"type": "string", "maxLength": 20 + number},
                "kind": {"enum": [f"k{n}" for n in range(1 + number % 5)]},
                "score": {"type": "number", "minimum": 0, "maximum": 1},
                "notes": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["id", "kind"],
        }
        wide = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
        made.append(Contract(f"c{number}", schema, {**wide, "title": f"c{number}"}))
    return made


def agent(
    name: str, reads: list[str], writes: list[str], pick: Callable[[str], Contract]
) -> AgentSpec:
    """`pick` gives one of the few contracts that go with a field."""
    return AgentSpec(
        name=name,
        kind="function",
        reads=tuple(Read(field=f, parameter=f, contract=pick(f)) for f in reads),
        writes=tuple(Write(field=f, contract=pick(f)) for f in writes),
        output=pick(FIELDS[0]),
    )


def layered(count: int) -> GraphSpec:
    """Ten agents a layer: a router of four ways, a fork of four, and a join of all."""
    chance = random.Random(count)
    known = contracts(200)
    label = Contract("label", {"enum": ["a", "b", "c", "d"]}, {"type": "string"})
    agents: list[AgentSpec] = []
    ways: list[Way] = []
    last = START

    def pick(field: str) -> Contract:
        place = FIELDS.index(field)
        return known[(place + 30 * chance.randrange(7)) % 200]

    for layer in range(count // 10):
        router, fork, join = (f"{kind}{layer}" for kind in ("route", "fork", "join"))
        agents.append(
            AgentSpec(
                name=router,
                kind="function",
                writes=(Write(field="label", contract=label),),
                output=label,
            )
        )
        branches = [f"branch{layer}_{n}" for n in range(4)]
        agents += [agent(b, chance.sample(FIELDS, 3), [FIELDS[layer % 30]], pick) for b in branches]
        agents.append(agent(fork, chance.sample(FIELDS, 2), [], pick))
        others = [f"side{layer}_{n}" for n in range(3)]
        agents += [
            agent(side, chance.sample(FIELDS, 2), [FIELDS[(layer + 7 * n + 3) % 30]], pick)
            for n, side in enumerate(others)
        ]
        agents.append(agent(join, chance.sample(FIELDS, 2), [], pick))
        ways.append(EdgeSpec(sources=(last,), target=router))
        cases = tuple(Case(target=b, label=v) for b, v in zip(branches, "abcd", strict=True))
        ways.append(RouteSpec(agent=router, by="field", on="label", cases=cases))
        ways += [EdgeSpec(sources=(branch,), target=fork) for branch in branches]
        ways += [EdgeSpec(sources=(fork,), target=side) for side in others]
        ways.append(EdgeSpec(sources=tuple(others), target=join, join=True))
        last = join
    ways.append(EdgeSpec(sources=(last,), target=END))
    return graph(f"layered {count}", agents, ways, known)


def side_by_side(count: int) -> GraphSpec:
    known = contracts(200)
    chance = random.Random(count)
    agents = [
        AgentSpec(
            name=f"n{n}",
            kind="function",
            reads=(Read(field=FIELDS[n % 30], parameter="x", contract=chance.choice(known)),),
            writes=(Write(field=f"own{n}", contract=known[n % 200]),),
            output=known[n % 200],
        )
        for n in range(count)
    ]
    agents.append(agent("last", ["own0", "own1"], [], lambda _: known[0]))
    ways: list[Way] = [EdgeSpec(sources=(START,), target=f"n{n}") for n in range(count)]
    names = tuple(f"n{n}" for n in range(count))
    ways.append(EdgeSpec(sources=names, target="last", join=True))
    ways.append(EdgeSpec(sources=("last",), target=END))
    return graph(f"{count} side by side", agents, ways, known)


def loops(count: int) -> GraphSpec:
    """Each agent may go back to any of the three before it."""
    known = contracts(200)
    chance = random.Random(count)
    label = Contract("label", {"enum": ["on", "back1", "back2", "back3"]}, {"type": "string"})
    agents, ways = [], [EdgeSpec(sources=(START,), target="n0")]
    found: list[Way] = list(ways)
    for n in range(count):
        reads = tuple(
            Read(field=f, parameter=f, contract=chance.choice(known))
            for f in chance.sample(FIELDS, 2)
        )
        agents.append(
            AgentSpec(
                name=f"n{n}",
                kind="function",
                reads=reads,
                writes=(Write(field="label", contract=label),),
                output=label,
            )
        )
        on = f"n{n + 1}" if n + 1 < count else END
        back = [f"n{max(n - step, 0)}" for step in (1, 2, 3)]
        cases = tuple(
            Case(target=target, label=value)
            for target, value in zip([on, *back], ["on", "back1", "back2", "back3"], strict=True)
        )
        found.append(RouteSpec(agent=f"n{n}", by="field", on="label", cases=cases))
    return graph(f"{count} in loops", agents, found, known)


def graph(name: str, agents: list[AgentSpec], ways: list[Way], known: list[Contract]) -> GraphSpec:
    ports = tuple(Port(field=f, contract=known[n]) for n, f in enumerate(FIELDS))
    whole = Contract("input", {"type": "object"}, {"type": "object"})
    written = {w.field for a in agents for w in a.writes} | set(FIELDS)
    wide = Contract("any", True, True)
    return GraphSpec(
        name=name,
        input=Interface(contract=whole, ports=ports),
        output=Interface(contract=whole, ports=()),
        state=tuple(StateField(name=f, contract=wide) for f in sorted(written)),
        agents=tuple(agents),
        ways=tuple(ways),
    )


def cases() -> Iterator[GraphSpec]:
    for count in (100, 1_000, 10_000):
        yield layered(count)
    yield side_by_side(1_000)
    yield loops(300)


def main(_: list[str]) -> None:
    print(
        f"{'graph':<20} {'lower':>8} {'analysis':>9} {'all rules':>10} {'questions':>10} {'memory':>9} {'findings':>9}"
    )
    for spec in cases():
        gc.collect()
        began = time.perf_counter()
        plan = lower_graph(spec)
        lowered = time.perf_counter() - began
        questions = Questions()
        began = time.perf_counter()
        analyse(spec, plan, questions)
        analysed = time.perf_counter() - began
        began = time.perf_counter()
        findings = check_graph(spec, plan=plan)
        checked = time.perf_counter() - began
        tracemalloc.start()
        flow = analyse(spec, plan, Questions())
        memory = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        del flow
        print(
            f"{spec.name:<20} {lowered:>7.2f}s {analysed:>8.2f}s {checked:>9.2f}s "
            f"{questions.asked:>10} {memory:>6.0f} MB {len(findings):>9}"
        )


if __name__ == "__main__":
    main([])
