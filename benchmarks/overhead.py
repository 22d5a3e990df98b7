"""What does an agent cost beyond the same node written by hand in LangGraph?

A line of 20 trivial agents, run as ours and as a StateGraph of the same shape, by turns in one
process. The answer is a ratio of medians: 1.10 is ten percent more time for a whole run. Sync
bodies under `invoke`, async ones under `ainvoke`, and sync ones under `ainvoke`; with a timeout
on sync bodies, each of which then runs on a thread of its own, as a matter of interest.

    python -m benchmarks overhead
    python -m benchmarks.overhead [--rounds N] [--profile]

`--profile` shows where ours spends its time (cProfile, own time, top lines).
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import pstats
import statistics
import sys
from collections.abc import Callable
from itertools import pairwise
from time import perf_counter
from typing import Any

from langgraph.graph import StateGraph
from typing_extensions import TypedDict

from agentgraph import END, START, Edge, Graph, agent, compile_graph

AGENTS = 20
TARGET = 1.3


class State(TypedDict):
    value: int


def by_hand(*, awaited: bool) -> Any:
    """The line in plain LangGraph."""

    def step(state: State) -> State:
        return {"value": state["value"] + 1}

    async def astep(state: State) -> State:
        return {"value": state["value"] + 1}

    builder: Any = StateGraph(State)
    names = [f"agent_{number}" for number in range(AGENTS)]
    for name in names:
        builder.add_node(name, astep if awaited else step)
    builder.set_entry_point(names[0])
    for name, following in pairwise(names):
        builder.add_edge(name, following)
    return builder.compile()


def ours(*, awaited: bool, timeout: float | None = None) -> Any:
    """The line as declared agents."""

    @agent(timeout=timeout)
    def step(value: int) -> State:
        return {"value": value + 1}

    @agent
    async def astep(value: int) -> State:
        return {"value": value + 1}

    agents = [(astep if awaited else step).named(f"agent_{number}") for number in range(AGENTS)]
    edges = [Edge(START, agents[0]), Edge(agents[-1], END)]
    edges += [Edge(one, following) for one, following in pairwise(agents)]
    return compile_graph(Graph("line", input=State, output=State, edges=edges))


def main(arguments: list[str]) -> int:
    """Measure; 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=150)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args(arguments)
    loop = asyncio.new_event_loop()
    try:
        missed = _measured(options.rounds, loop)
        if options.profile:
            _profile(_run(ours(awaited=False), None), "sync, ours")
            _profile(_run(ours(awaited=True), loop), "async, ours")
    finally:
        loop.close()
    return 1 if missed else 0


def _measured(rounds: int, loop: asyncio.AbstractEventLoop) -> bool:
    cases: list[tuple[str, Any, Any, Any, float | None]] = [
        ("sync bodies, invoke", ours(awaited=False), by_hand(awaited=False), None, TARGET),
        ("async bodies, ainvoke", ours(awaited=True), by_hand(awaited=True), loop, TARGET),
        ("sync bodies, ainvoke", ours(awaited=False), by_hand(awaited=False), loop, TARGET),
        (
            "sync bodies with a timeout, invoke",
            ours(awaited=False, timeout=30),
            by_hand(awaited=False),
            None,
            None,
        ),
    ]
    missed = False
    for name, mine, theirs, beside, target in cases:
        ratio, per_agent = _ratio(_run(mine, beside), _run(theirs, beside), rounds)
        wanted = f" (at most {target})" if target else ""
        print(f"{name:36} {ratio:.2f} times by hand{wanted}, {per_agent:+.1f} µs an agent")
        missed |= target is not None and ratio > target
    return missed


def _run(app: Any, loop: asyncio.AbstractEventLoop | None) -> Callable[[], Any]:
    if loop is None:
        return lambda: app.invoke({"value": 0})
    return lambda: loop.run_until_complete(app.ainvoke({"value": 0}))


def _ratio(mine: Callable[[], Any], theirs: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """Median time of mine over that of theirs, by turns; and the difference for each agent."""
    if mine() != theirs():
        raise AssertionError("the two graphs do not do the same")
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for run, found in zip((mine, theirs), times, strict=True):
            started = perf_counter()
            run()
            found.append(perf_counter() - started)
    one, other = (statistics.median(found) for found in times)
    return one / other, (one - other) / AGENTS * 1e6


def _profile(run: Callable[[], Any], name: str) -> None:
    profile = cProfile.Profile()
    for _ in range(5):
        run()
    profile.enable()
    for _ in range(100):
        run()
    profile.disable()
    print(f"\n{name}: own time, 100 runs of {AGENTS} agents")
    pstats.Stats(profile, stream=sys.stdout).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
