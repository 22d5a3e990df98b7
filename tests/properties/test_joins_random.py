"""Joins in random graphs on real LangGraph, against the simulator; also crashed and resumed.

`python -m tests.properties.test_joins_random 3000` hunts on its own, from another seed.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import InvalidUpdateError

from agentgraph.compile.engine import Failure, Runner, build
from agentgraph.lower.plan import lower_graph
from tests.properties.random_graphs import Sample, act, given_input, sample
from tests.properties.simulator import Clash, Game, Played

CHUNKS = 20
GRAPHS = 1000 * int(os.environ.get("AGENTGRAPH_HUNT", "1"))


class Crash(Exception):
    pass


@dataclass
class Totals:
    graphs: int = 0
    turns: int = 0
    runs: int = 0
    joins: int = 0
    circles: int = 0
    crashes: int = 0
    abandoned: int = 0
    clashes: int = 0

    def __str__(self) -> str:
        return ", ".join(f"{value} {name}" for name, value in vars(self).items())


@dataclass
class Bodies:
    """Runs the nodes of a sample, keeps count, and crashes once where told (`crash_at`: the
    number of the call, from 0)."""

    sample: Sample
    crash_at: int | None = None
    calls: int = 0
    log: list[tuple[int, str]] = field(default_factory=list)
    before_crash: int = 0

    def run(self, name: str, given: dict[str, Any], step: int) -> dict[str, Any] | Failure:
        call, self.calls = self.calls, self.calls + 1
        if call == self.crash_at:
            self.before_crash = len(self.log)
            raise Crash
        updates = act(self.sample, name, given)
        self.log.append((step, name))
        return Failure("gave up") if updates is None else updates

    def runner(self, name: str, reads: tuple[str, ...]) -> Runner:
        def invoke(given: dict[str, Any], config: Any) -> Any:
            return self.run(name, given, config["metadata"]["langgraph_step"])

        async def ainvoke(given: dict[str, Any], config: Any) -> Any:
            return invoke(given, config)

        return Runner(reads=reads, invoke=invoke, ainvoke=ainvoke)


class Real:
    """A sample on LangGraph."""

    def __init__(self, one: Sample) -> None:
        self.sample = one
        self.plan = lower_graph(one.spec)
        self.bodies = Bodies(one)
        reads = {a.name: tuple(r.field for r in a.reads) for a in one.spec.agents}
        runners = {
            node.name: self.bodies.runner(node.name, reads[node.agent]) for node in self.plan.nodes
        }
        self.app = build(
            one.spec, self.plan, runners, functions=one.functions, checkpointer=InMemorySaver()
        )
        # One at a time, so that it is certain what had finished before a crash.
        self.config: RunnableConfig = {
            "configurable": {"thread_id": "t"},
            "recursion_limit": 400,
            "max_concurrency": 1,
        }

    def turn(
        self, given: dict[str, Any] | None, crash_at: int | None = None, *, use_async: bool = False
    ) -> None:
        bodies = self.bodies
        bodies.crash_at, bodies.calls = crash_at, 0
        if use_async:
            asyncio.run(self.app.ainvoke(given, self.config))
        else:
            self.app.invoke(given, self.config)

    def fresh(self) -> tuple[int, list[tuple[int, str]]]:
        """What ran since it was last asked, and how much of it had finished before the crash."""
        log, self.bodies.log = self.bodies.log, []
        return self.bodies.before_crash, log

    def values(self) -> dict[str, Any]:
        return self.app.get_state(self.config).values


def stepwise(log: list[tuple[int, str]]) -> list[Counter[str]]:
    found: dict[int, Counter[str]] = {}
    for step, name in log:
        found.setdefault(step, Counter())[name] += 1
    return [found[step] for step in sorted(found)]


def check_turns(seed: int, totals: Totals) -> None:
    """One graph: a plain turn, a turn crashed and resumed, one abandoned, and one after it."""
    one = sample(seed)
    real = Real(one)
    ranks = {join.node: join.rank for join in real.plan.joins}
    game = Game(one.spec, lambda name, given: act(one, name, given), ranks, one.functions)
    random = Random(seed)
    played: list[Played | None] = []
    for number in range(4):
        try:
            played.append(game.play(given_input(one, number)))
        except Clash:
            totals.clashes += 1
            with pytest.raises(InvalidUpdateError):
                real.turn(given_input(one, number))
            return
    if any(turn is None for turn in played):
        return
    turns = [turn for turn in played if turn is not None]
    totals.graphs += 1
    plain_turn(real, 0, turns[0], totals, use_async=random.random() < 0.3)
    crashed_turn(real, 1, turns[1], totals, random)
    abandoned_turn(real, 2, turns[2], totals, random)
    plain_turn(real, 3, turns[3], totals, use_async=False)


def plain_turn(real: Real, turn: int, game: Played, totals: Totals, *, use_async: bool) -> None:
    real.turn(given_input(real.sample, turn), use_async=use_async)
    assert stepwise(real.fresh()[1]) == game.steps
    assert real.values() == game.state
    count(totals, game)


def crashed_turn(real: Real, turn: int, game: Played, totals: Totals, random: Random) -> None:
    """Crashes once or twice, and goes on; what had finished before a crash may not run again.

    A sibling that finishes after the crash may lose its writes (that is LangGraph's), and then
    runs again: `late` are those.
    """
    runs = sum(step.total() for step in game.steps)
    use_async = random.random() < 0.3
    given: dict[str, Any] | None = given_input(real.sample, turn)
    certain: list[tuple[int, str]] = []
    late: list[tuple[int, str]] = []
    crash_at: int | None = random.randrange(runs) if runs else None
    for again in (random.random() < 0.3, False, False):
        crashed = False
        try:
            real.turn(given, crash_at, use_async=use_async)
        except Crash:
            crashed = True
            totals.crashes += 1
        finished, log = real.fresh()
        certain += log[:finished] if crashed else log
        late += log[finished:] if crashed else []
        if not crashed:
            break
        given, crash_at = None, random.randrange(runs) if again else None
    first = min((step for step, _ in [*certain, *late]), default=0)
    expected = Counter(
        (first + number, name) for number, step in enumerate(game.steps) for name in step.elements()
    )
    assert Counter(certain) <= expected
    assert expected - Counter(certain) <= Counter(late)
    assert real.values() == game.state
    count(totals, game)


def abandoned_turn(real: Real, turn: int, game: Played, totals: Totals, random: Random) -> None:
    runs = sum(step.total() for step in game.steps)
    if not runs:
        return
    with pytest.raises(Crash):
        real.turn(given_input(real.sample, turn), random.randrange(runs))
    totals.abandoned += 1
    real.fresh()


def count(totals: Totals, game: Played) -> None:
    totals.turns += 1
    totals.runs += sum(step.total() for step in game.steps)
    totals.joins += game.joins_fired
    totals.circles += game.circles


def hunt(seeds: range, totals: Totals) -> None:
    for seed in seeds:
        try:
            check_turns(seed, totals)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error}") from error


# LangGraph drops the not yet started siblings of an async node that fails.
@pytest.mark.filterwarnings("ignore:coroutine 'arun_with_retry' was never awaited:RuntimeWarning")
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_joins_fire_as_the_simulator_says(chunk: int) -> None:
    size = GRAPHS // CHUNKS
    totals = Totals()
    hunt(range(chunk * size, (chunk + 1) * size), totals)
    print(totals)


if __name__ == "__main__":
    total = Totals()
    first = 1_000_000
    hunt(range(first, first + int(sys.argv[1])), total)
    print(total)
