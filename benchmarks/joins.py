"""What do joins that cannot hang cost, against LangGraph's own list join?

One fork-join loop (two branches, a join, and back, 50 times a run) built twice in plain
LangGraph's terms: once as a `StateGraph` with a list join and a conditional edge back, once
declared, lowered and built by us, both with bodies that only return. Rounds alternate, so that
both meet the same machine; the ratio of the medians is what to read, under 1.1 is good. Then
ten joins in line, per superstep, against the same chain of list joins; the cost of one message
to one join; and how long 41 agents with 10 joins take to lower and to build.
"""

from __future__ import annotations

import operator
import statistics
import sys
import time
from collections.abc import Callable
from typing import Annotated, Any, TypedDict

from langgraph.graph import END as LG_END
from langgraph.graph import START as LG_START
from langgraph.graph import StateGraph

from agentgraph.compile.engine import Runner, build
from agentgraph.lower.plan import lower_graph
from agentgraph.lower.reach import join_tables
from agentgraph.lower.waiting import Marks, advance, watches
from agentgraph.model.agent import AgentSpec, Write
from agentgraph.model.contract import Contract
from agentgraph.model.graph import END, START, EdgeSpec, GraphSpec, Interface, StateField, Way

TURNS = 50
IN_LINE = 10
LIMIT: Any = {"recursion_limit": 10_000}
ANY = Contract("any", True, True)


class State(TypedDict, total=False):
    n: Annotated[int, operator.add]


def edge(*ends: str, **more: Any) -> EdgeSpec:
    return EdgeSpec(sources=ends[:-1], target=ends[-1], join=len(ends) > 2, **more)


def spec_of(ways: list[Way]) -> GraphSpec:
    names = dict.fromkeys(
        name
        for way in ways
        if isinstance(way, EdgeSpec)
        for name in (*way.sources, way.target)
        if name not in {START, END}
    )
    write = (Write(field="n", contract=ANY, key="n"),)
    nothing = Interface(contract=ANY, ports=())
    return GraphSpec(
        name="bench",
        input=nothing,
        output=nothing,
        state=(StateField(name="n", contract=ANY, reducer="add", has_default=True, default=0),),
        agents=tuple(
            AgentSpec(name=name, kind="function", writes=write, output=ANY) for name in names
        ),
        ways=tuple(ways),
    )


def ours(ways: list[Way]) -> Any:
    async def arun(_: dict[str, Any], __: Any) -> dict[str, Any]:
        return {"n": 1}

    runner = Runner(reads=("n",), invoke=lambda _, __: {"n": 1}, ainvoke=arun)
    spec = spec_of(ways)
    plan = lower_graph(spec)
    runners = dict.fromkeys((node.name for node in plan.nodes), runner)
    return build(spec, plan, runners, reducers={"add": operator.add})


def by_hand(names: list[str], edges: list[tuple[Any, str]], back: bool) -> Any:
    graph: Any = StateGraph(State)
    for name in names:
        graph.add_node(name, lambda _: {"n": 1})
    graph.add_edge(LG_START, names[0])
    for sources, target in edges:
        graph.add_edge(sources, target)
    if back:
        # Each turn of the loop adds four.
        graph.add_conditional_edges(
            "j", lambda state: "a" if state["n"] < 4 * TURNS else LG_END, ["a", LG_END]
        )
    return graph.compile()


def fork_join_loop() -> tuple[Any, Any]:
    mine = ours(
        [
            edge(START, "a"),
            edge("a", "b"),
            edge("a", "c"),
            edge("b", "c", "j"),
            edge("j", "a", at_most=TURNS - 1, otherwise=END),
        ]
    )
    theirs = by_hand(["a", "b", "c", "j"], [("a", "b"), ("a", "c"), (["b", "c"], "j")], back=True)
    return mine, theirs


def line_ways() -> list[Way]:
    ways: list[Way] = [edge(START, "j0")]
    for i in range(IN_LINE):
        ways += [edge(f"j{i}", f"{letter}{i}") for letter in "bcd"]
        ways.append(edge(f"b{i}", f"c{i}", f"d{i}", f"j{i + 1}"))
    return ways


def joins_in_line() -> tuple[Any, Any]:
    names = [f"j{i}" for i in range(IN_LINE + 1)]
    names += [f"{letter}{i}" for i in range(IN_LINE) for letter in "bcd"]
    edges: list[tuple[Any, str]] = []
    for i in range(IN_LINE):
        edges += [(f"j{i}", f"{letter}{i}") for letter in "bcd"]
        edges.append(([f"b{i}", f"c{i}", f"d{i}"], f"j{i + 1}"))
    return ours(line_ways()), by_hand(names, edges, back=False)


def timed(run: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def compare(mine: Any, theirs: Any, rounds: int) -> tuple[float, float]:
    assert mine.invoke({}, LIMIT, output_keys=["n"]) == theirs.invoke({"n": 0}, LIMIT)
    pairs = [
        (timed(lambda: mine.invoke({}, LIMIT)), timed(lambda: theirs.invoke({"n": 0}, LIMIT)))
        for _ in range(rounds)
    ]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def per_message() -> float:
    watch = watches(join_tables(lower_graph(spec_of(line_ways()))))["j1"]
    marks, times = Marks(), 20_000
    moves: list[list[dict[str, Any]]] = [
        [{"go": ["b0", "c0", "d0"]}],
        [{"at": [["j1", name]]} for name in ("b0", "c0", "d0")],
        [{"ran": "j1"}],
    ]

    def run() -> None:
        for _ in range(times):
            for messages in moves:
                advance(watch, marks, messages)

    return timed(run) / times / 5


def main(arguments: list[str]) -> None:
    rounds = int(arguments[0]) if arguments else 15
    mine, theirs = compare(*fork_join_loop(), rounds)
    print(
        f"fork-join loop, {TURNS} turns: {mine * 1e3:.1f} ms against {theirs * 1e3:.1f} ms", end=""
    )
    print(f", ratio {mine / theirs:.2f}")
    mine, theirs = compare(*joins_in_line(), rounds)
    steps = 2 * IN_LINE + 1
    print(f"{IN_LINE} joins in line: {(mine - theirs) / steps * 1e6:+.0f} µs a superstep", end="")
    print(f", ratio {mine / theirs:.2f}")
    print(f"one message to one join: {per_message() * 1e6:.2f} µs")
    ways = line_ways()
    spec = spec_of(ways)
    lowered = statistics.median(timed(lambda: lower_graph(spec)) for _ in range(rounds))
    built = statistics.median(timed(lambda: ours(ways)) for _ in range(rounds))
    print(f"{len(spec.agents)} agents, {IN_LINE} joins: lowered in {lowered * 1e3:.1f} ms", end="")
    print(f", lowered and built in {built * 1e3:.1f} ms")


if __name__ == "__main__":
    main(sys.argv[1:])
