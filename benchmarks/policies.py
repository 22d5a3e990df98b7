"""What does each policy add to a call?

A line of 20 trivial agents, with one policy each time and with all of them, by turns with the same line without any, in
one process. The answer is the difference of medians for one agent, in microseconds: what a call pays
where nothing goes wrong. The target is for all of them together.

    python -m benchmarks policies
    python -m benchmarks.policies [--rounds N]
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from itertools import count, pairwise
from time import perf_counter
from typing import Any

from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Cache,
    CircuitBreaker,
    ContentGuard,
    Edge,
    Graph,
    Limit,
    Retry,
    Value,
    agent,
    compile_graph,
)

AGENTS = 20
TARGET = 150.0
_GUARDS = ("secrets", "cards", "ibans", "emails", "injection")
POLICIES: dict[str, dict[str, Any]] = {
    "retry": {"retry": Retry(attempts=3)},
    "breaker, of this process": {"breaker": CircuitBreaker(calls=100)},
    "limit": {"limit": Limit(concurrent=8, per_second=1e9, burst=1000)},
    "cache, each asked first": {"cache": Cache(ttl=60, stale_if_error=60)},
    "guards, five kinds": {"guards": [ContentGuard(one) for one in _GUARDS]},
    "fallback": {"fallback": Value({"value": 0, "text": ""})},
    "timeout": {"timeout": 30},
}


class State(TypedDict):
    value: int
    text: str


def line(**policies: Any) -> Any:
    """The line, each agent with these policies."""

    @agent(**policies)
    def step(value: int, text: str) -> State:
        return {"value": value + 1, "text": text}

    agents = [step.named(f"agent_{number}") for number in range(AGENTS)]
    edges = [Edge(START, agents[0]), Edge(agents[-1], END)]
    edges += [Edge(one, following) for one, following in pairwise(agents)]
    return compile_graph(Graph("line", input=State, output=State, edges=edges))


def main(arguments: list[str]) -> int:
    """Measure; 1 where the target is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=100)
    rounds = parser.parse_args(arguments).rounds
    together = {key: value for one in POLICIES.values() for key, value in one.items()}
    found = 0.0
    for name, policies in {**POLICIES, "all of them": together}.items():
        found = _added(line(**policies), line(), rounds)
        wanted = f"  (at most {TARGET:g})" if policies is together else ""
        print(f"{name:26} {found:+7.1f} µs an agent{wanted}")
    return 1 if found > TARGET else 0


def _added(with_it: Any, without: Any, rounds: int) -> float:
    """Median time of one over that of the other, by turns; for each agent."""
    fresh = count(0, 10 * AGENTS)  # nobody has asked for it before
    text = "A question of some length about an order that has not arrived, and what to do about it."

    def timed(run: Callable[[Any], Any]) -> float:
        given = {"value": next(fresh), "text": text}
        started = perf_counter()
        run(given)
        return perf_counter() - started

    times = [(timed(with_it.invoke), timed(without.invoke)) for _ in range(rounds)]
    one = statistics.median(time for time, _ in times)
    other = statistics.median(time for _, time in times)
    return (one - other) / AGENTS * 1e6


if __name__ == "__main__":
    import sys

    sys.exit(main(sys.argv[1:]))
