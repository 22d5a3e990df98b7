"""Random graphs that the checker finds clean, on real LangGraph: does what it promises hold?

    python -m tests.hunts.checker --clean 20000 [--first 1000000]

Each graph runs one to three turns on one thread, with random agents that keep their contracts;
some turns are abandoned. The exit code is 1 where something happened that a clean graph does not
do, or that the analysis had not foretold; the graph is made smaller, and printed.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random

from langgraph.checkpoint.memory import InMemorySaver

from agentgraph.check.engine import check_graph
from agentgraph.check.flow.flow import analyse
from agentgraph.compile.graph import compile_graph
from agentgraph.errors import DeclarationError
from agentgraph.model.graph import GraphSpec
from tests.properties.check_live import Stage, Troupe
from tests.properties.check_predictions import facts_seen, unpredicted
from tests.properties.check_text import declared, text_of
from tests.properties.check_tidy import counts, tidy_graph, without_agent

SHARE_LEFT = 0.35
"""Turns that are to be abandoned; many are over before it comes to that."""


class Hunt:
    """What was seen so far."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []

    def one(self, seed: int) -> None:
        """The graph of that number, if it is clean."""
        self.counts["generated"] += 1
        spec = tidy_graph(seed)
        if spec is None:
            return
        try:
            seen = turns_of(spec, seed)
        except DeclarationError as error:
            self._fault(seed, error, spec)
            return
        except Exception as error:  # whatever it is, a clean graph does not do it
            kind = type(error)
            self._fault(seed, error, shrunk(spec, lambda smaller: _fails(smaller, seed, kind)))
            return
        self.counts += seen

    def _fault(self, seed: int, error: Exception, spec: GraphSpec) -> None:
        self.faults.append(f"graph {seed}: {type(error).__name__}: {error}")
        print(f"{self.faults[-1]}\n{text_of(spec)}", flush=True)

    def report(self) -> str:
        counted = ", ".join(f"{name}: {number:,}" for name, number in self.counts.items())
        return f"{counted}; broken: {len(self.faults)}"


def turns_of(spec: GraphSpec, seed: int) -> Counter[str]:
    """What was seen in one to three turns. An exception: a clean graph does no such thing."""
    random = Random(seed)
    troupe = Troupe(random)
    with declared(spec, troupe) as graph:
        if counts(check_graph(graph)):
            return Counter()
        troupe.know(graph.spec)
        stage = Stage(graph.spec, troupe)
        app = compile_graph(graph, checkpointer=InMemorySaver(), sink=stage.listen)
        begins = list(stage.world.begins())
        for _ in range(random.choice([1, 2, 3])):
            crash_at = random.randrange(12) if random.random() < SHARE_LEFT else None
            stage.turn(app, random.choice(begins).given, crash_at)
        flow = analyse(graph.spec, stage.world.plan)
        facts = facts_seen(flow, stage.seen)
        lost = unpredicted(flow, stage.seen)
        assert not lost, f"not foretold: {lost}"
        return Counter(
            {"clean": 1, **stage.counts, "facts seen": facts, "of them foretold": facts - len(lost)}
        )


def _fails(spec: GraphSpec, seed: int, as_before: type[Exception]) -> bool:
    """Whether it still goes wrong. Its runs are others than before, so that it gets several."""
    for more in range(12):
        try:
            turns_of(spec, seed + more)
        except DeclarationError:
            return False
        except Exception as error:
            if type(error) is as_before:
                return True
    return False


def shrunk(spec: GraphSpec, fails: Callable[[GraphSpec], bool]) -> GraphSpec:
    """A smaller graph that still fails, if there is one: agents and ways are left out in turn."""
    smaller = True
    while smaller:
        smaller = False
        for tried in _smaller(spec):
            if fails(tried):
                spec, smaller = tried, True
                break
    return spec


def _smaller(spec: GraphSpec) -> list[GraphSpec]:
    found = [without_agent(spec, agent.name) for agent in spec.agents]
    for number, _ in enumerate(spec.ways):
        ways = (*spec.ways[:number], *spec.ways[number + 1 :])
        found.append(replace(spec, ways=ways))
    return found


def hunt(clean: int, first: int, *, every: int = 200) -> Hunt:
    """Go on until that many clean graphs have run; a line after `every` graphs made."""
    found = Hunt()
    seed = first
    while found.counts["clean"] < clean and len(found.faults) < 20:
        found.one(seed)
        seed += 1
        if (seed - first) % every == 0:
            print(f"graphs from {first}: {found.report()}", flush=True)
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--clean", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=1_000_000)
    options = parser.parse_args(arguments)
    begun = time.monotonic()
    found = hunt(options.clean, options.first)
    print(f"{time.monotonic() - begun:.0f} s; {found.report()}")
    return 1 if found.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
