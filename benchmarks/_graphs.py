"""Graphs to check: large ones as people build them, and shapes that are hard on purpose.

All have 30 state fields and 200 contracts, and nothing is wrong with them but where they say so.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace

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
from agentgraph.model.guard import Guard

FIELDS = [f"f{n}" for n in range(30)]
Typed = tuple[str, Contract]


def contracts(count: int) -> list[Contract]:
    """Objects of a few properties: each accepts what it produces, and what the others do."""
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


KNOWN = contracts(200)


def labels(*values: str) -> Contract:
    return Contract("label", {"enum": list(values)}, {"type": "string"})


def of(field: str, chance: int = 0) -> Typed:
    """The field, with one of the few contracts that go with it."""
    place = FIELDS.index(field)
    return field, KNOWN[(place + 30 * chance) % 200]


def agent(name: str, reads: Iterable[Typed] = (), writes: Iterable[Typed] = ()) -> AgentSpec:
    return AgentSpec(
        name=name,
        kind="function",
        reads=tuple(Read(field=field, parameter=field, contract=c) for field, c in reads),
        writes=tuple(Write(field=field, contract=c) for field, c in writes),
        output=KNOWN[0],
    )


def edge(*names: str) -> EdgeSpec:
    """From one, or from several that are waited for, to the last."""
    return EdgeSpec(sources=names[:-1], target=names[-1], join=len(names) > 2)


def route(name: str, field: str, to: dict[str, str]) -> RouteSpec:
    """By label, to an agent each."""
    cases = tuple(Case(target=target, label=label) for label, target in to.items())
    return RouteSpec(agent=name, by="field", on=field, cases=cases)


def graph(agents: list[AgentSpec], ways: list[Way]) -> GraphSpec:
    used = {w.field for a in agents for w in a.writes} | {r.field for a in agents for r in a.reads}
    whole = Contract("input", {"type": "object"}, {"type": "object"})
    return GraphSpec(
        name="bench",
        input=Interface(
            contract=whole, ports=tuple(Port(field=f, contract=of(f)[1]) for f in FIELDS)
        ),
        output=Interface(contract=whole, ports=()),
        state=tuple(
            StateField(name=f, contract=Contract("any", True, True))
            for f in sorted(used.union(FIELDS))
        ),
        agents=tuple(agents),
        ways=tuple(ways),
    )


def layers(count: int) -> GraphSpec:
    """Ten agents a layer: a router of four ways, a fork of three, and a join of all."""
    chance = random.Random(count)
    agents: list[AgentSpec] = []
    ways: list[Way] = []
    last = START

    def some(number: int) -> list[Typed]:
        return [of(field, chance.randrange(7)) for field in chance.sample(FIELDS, number)]

    for layer in range(count // 10):
        router, fork, join = (f"{kind}{layer}" for kind in ("route", "fork", "join"))
        branches = [f"branch{layer}_{n}" for n in range(4)]
        others = [f"side{layer}_{n}" for n in range(3)]
        agents.append(agent(router, writes=[("label", labels(*"abcd"))]))
        agents += [
            agent(b, some(3), [of(FIELDS[layer % 30], chance.randrange(7))]) for b in branches
        ]
        agents.append(agent(fork, some(2)))
        agents += [
            agent(side, some(2), [of(FIELDS[(layer + 7 * n + 3) % 30], chance.randrange(7))])
            for n, side in enumerate(others)
        ]
        agents.append(agent(join, some(2)))
        ways.append(edge(last, router))
        ways.append(route(router, "label", dict(zip("abcd", branches, strict=True))))
        ways += [edge(branch, fork) for branch in branches]
        ways += [edge(fork, side) for side in others]
        ways.append(edge(*others, join))
        last = join
    ways.append(edge(last, END))
    return graph(agents, ways)


def faulty(count: int) -> GraphSpec:
    """The layers; every tenth agent reads what nobody writes, every tenth refuses what it gets."""
    spec = layers(count)
    number = Contract("int", {"type": "integer"}, {"type": "integer"})
    agents = list(spec.agents)
    for place in range(5, count, 10):
        one = agents[place]
        more = Read(field=f"nowhere{place}", parameter="more", contract=KNOWN[0])
        agents[place] = replace(one, reads=(*one.reads, more))
    for place in range(7, count, 10):
        one = agents[place]
        agents[place] = replace(one, reads=tuple(replace(r, contract=number) for r in one.reads))
    return graph(agents, list(spec.ways))


def side_by_side(count: int) -> GraphSpec:
    """All between one fork and one join, each with a field of its own."""
    names = [f"n{n}" for n in range(count)]
    agents = [
        agent(name, [of(FIELDS[n % 30], n % 7)], [(f"own{n}", KNOWN[n % 200])])
        for n, name in enumerate(names)
    ]
    agents.append(agent("last", [("own0", KNOWN[0]), ("own1", KNOWN[0])]))
    ways: list[Way] = [edge(START, name) for name in names]
    return graph(agents, [*ways, edge(*names, "last"), edge("last", END)])


def chains(count: int, length: int) -> GraphSpec:
    """Chains side by side that meet in a join."""
    agents: list[AgentSpec] = []
    ways: list[Way] = []
    for chain in range(count):
        names = [f"n{chain}_{step}" for step in range(length)]
        agents += [
            agent(name, [of(FIELDS[(chain + n) % 30])], [(f"own{chain}_{n % 5}", KNOWN[n % 200])])
            for n, name in enumerate(names)
        ]
        ways += [edge(a, b) for a, b in zip([START, *names], names, strict=False)]
    agents.append(agent("last", [("own0_0", KNOWN[0])]))
    ways.append(edge(*(f"n{chain}_{length - 1}" for chain in range(count)), "last"))
    return graph(agents, [*ways, edge("last", END)])


def loops_side_by_side(count: int, length: int) -> GraphSpec:
    """Loops of about that length, no two neighbours of the same, that meet in a join."""
    agents: list[AgentSpec] = []
    ways: list[Way] = []
    for loop in range(count):
        names = [f"n{loop}_{step}" for step in range(length + loop % 7)]
        on = f"label{loop}"
        agents += [agent(name, [of(FIELDS[n % 30])]) for n, name in enumerate(names[:-1])]
        agents += [agent(names[-1], writes=[(on, labels("on", "back"))]), agent(f"out{loop}")]
        ways += [edge(a, b) for a, b in zip([START, *names], names, strict=False)]
        ways.append(route(names[-1], on, {"on": f"out{loop}", "back": names[0]}))
    agents.append(agent("last"))
    ways.append(edge(*(f"out{loop}" for loop in range(count)), "last"))
    return graph(agents, [*ways, edge("last", END)])


def loops_within_loops(depth: int) -> GraphSpec:
    """As many agents going in as coming out again, each of the latter with a way back in."""
    inward = [f"in{n}" for n in range(depth)]
    outward = [f"out{n}" for n in reversed(range(depth))]
    agents = [
        agent(name, [of(FIELDS[n % 30])], [of(FIELDS[(n + 1) % 30])])
        for n, name in enumerate(inward)
    ]
    agents += [
        agent(name, [of(FIELDS[n % 30])], [("label", labels("on", "back"))])
        for n, name in enumerate(outward)
    ]
    ways: list[Way] = [edge(a, b) for a, b in zip([START, *inward], inward, strict=False)]
    ways.append(edge(inward[-1], outward[0]))
    for name, on, back in zip(outward, [*outward[1:], END], reversed(inward), strict=True):
        ways.append(route(name, "label", {"on": on, "back": back}))
    return graph(agents, ways)


def joins_in_a_row(count: int) -> GraphSpec:
    agents: list[AgentSpec] = []
    ways: list[Way] = []
    last = START
    for n in range(count):
        join = f"join{n}"
        for side in (0, 1):
            name = f"side{n}_{side}"
            agents.append(agent(name, [of(FIELDS[n % 30])], [of(FIELDS[(2 * n + side) % 30])]))
            ways.append(edge(last, name))
        agents.append(agent(join))
        ways.append(edge(f"side{n}_0", f"side{n}_1", join))
        last = join
    return graph(agents, [*ways, edge(last, END)])


def branches(count: int, *, by_guards: bool) -> GraphSpec:
    """One route with as many branches, by label or by one guard each."""
    values = [f"v{n}" for n in range(count)]
    names = [f"n{n}" for n in range(count)]
    agents = [agent("first", writes=[("label", labels(*values))])]
    agents += [
        agent(name, [of(FIELDS[n % 30])], [of(FIELDS[(n + 3) % 30])])
        for n, name in enumerate(names)
    ]
    agents.append(agent("last", [of(field) for field in FIELDS[:5]]))
    ways: list[Way] = [edge(START, "first"), *(edge(name, "last") for name in names)]
    if by_guards:
        cases = tuple(Case(target=n, when=_is(v)) for n, v in zip(names, values, strict=True))
        ways.append(RouteSpec(agent="first", by="cases", cases=cases))
    else:
        ways.append(route("first", "label", dict(zip(values, names, strict=True))))
    return graph(agents, [*ways, edge("last", END)])


def _is(value: str) -> Guard:
    schema = {"properties": {"label": {"const": value}}, "required": ["label"]}
    return Guard(schema, ("label",), f"label == {value!r}")


def flags(count: int) -> GraphSpec:
    """All flags are written first; a field is written, and later read, where one of them is set."""
    agents: list[AgentSpec] = []
    ways: list[Way] = []
    last = START
    for n in range(count):
        agents.append(agent(f"flag{n}", writes=[(f"flag{n}", labels("yes", "no"))]))
        ways.append(edge(last, f"flag{n}"))
        last = f"flag{n}"
    for what in ("write", "read"):
        for n in range(count):
            test, then, after = f"test_{what}{n}", f"{what}{n}", f"after_{what}{n}"
            only = [(f"only{n}", KNOWN[n % 200])]
            agents += [agent(test), agent(after)]
            agents.append(agent(then, writes=only) if what == "write" else agent(then, only))
            ways += [
                edge(last, test),
                route(test, f"flag{n}", {"yes": then, "no": after}),
                edge(then, after),
            ]
            last = after
    return graph(agents, [*ways, edge(last, END)])
