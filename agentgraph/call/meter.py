"""What a turn has taken so far, held against its budget each time before an agent starts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

from agentgraph.call.errors import BudgetError
from agentgraph.model.facts import ModelFacts
from agentgraph.model.policy import Budget
from agentgraph.observe.clock import clock


@dataclass(frozen=True, slots=True)
class Spent:
    """What was taken; nobody waited for a person in `seconds`.

    `began` is the engine's step before the turn's first agents; None: none has started yet.
    """

    tokens: int = 0
    cost: float = 0.0
    seconds: float = 0.0
    began: int | None = None


class Meter:
    """One turn of one graph, or (without a budget) one call in it; what is inside it counts for it, too.

    `spent` is what the turn had taken before this process went on with it.
    """

    def __init__(
        self,
        graph: str,
        budget: Budget | None = None,
        outer: Meter | None = None,
        spent: Spent | None = None,
    ) -> None:
        before = spent or Spent()
        self._graph = graph
        self._budget = budget or Budget()
        self._outer = outer
        self._before = before.seconds
        self._started = clock().monotonic()
        self._lock = threading.Lock()
        self._blind: set[str] = set()
        self._tokens, self._cost, self._began = 0, 0.0, before.began
        self.add(before.tokens, before.cost)

    def call(self) -> Meter:
        """A meter for one call, whose takings are this turn's as well."""
        return Meter(self._graph, outer=self)

    def add(self, tokens: int | None, cost: float | None) -> list[tuple[str, str]]:
        """Count what was taken; None: nobody knows how much.

        Returns the graphs and bounds of budgets that do not hold any more for this reason, each once.
        """
        lost = self._outer.add(tokens, cost) if self._outer is not None else []
        with self._lock:
            self._tokens += tokens or 0
            self._cost += cost or 0.0
            for bound, amount in (("tokens", tokens), ("cost", cost)):
                if amount is None and bound not in self._blind:
                    self._blind.add(bound)
                    if getattr(self._budget, bound) is not None:
                        lost.append((self._graph, bound))
        return lost

    def hold(self, agent: str, step: int) -> None:
        """Let the agent start in the engine's `step`. BudgetError: a bound is passed, here or around it."""
        with self._lock:
            if self._began is None:
                self._began = step - 1
            steps = step - self._began
        for bound, used in (("steps", steps), *self._used()):
            self._hold(agent, bound, used)
        meter = self._outer
        while meter is not None:
            for bound, used in meter._used():  # noqa: SLF001  # one's own kind
                meter._hold(agent, bound, used)  # noqa: SLF001  # as above
            meter = meter._outer  # noqa: SLF001  # as above

    def _hold(self, agent: str, bound: str, used: float) -> None:
        limit = getattr(self._budget, bound)
        if limit is not None and used > limit:
            raise BudgetError(self._graph, bound, limit, used, agent)

    def _used(self) -> Iterator[tuple[str, float]]:
        yield "seconds", self._before + clock().monotonic() - self._started
        yield "tokens", self._tokens
        yield "cost", self._cost

    @property
    def spent(self) -> Spent:
        """What was taken until now."""
        return Spent(
            self._tokens,
            self._cost,
            self._before + clock().monotonic() - self._started,
            self._began,
        )


def cost_of(facts: ModelFacts | None, given: int | None, answered: int | None) -> float | None:
    """What a model's answer cost, from its prices and tokens; None where any of them is not known."""
    if facts is None or given is None or answered is None:
        return None
    if facts.input_price is None or facts.output_price is None:
        return None
    return (given * facts.input_price + answered * facts.output_price) / 1_000_000
