"""What a turn is expected to cost is more than its budget.

## What

The estimates of all that can run in one turn add up to more than the graph's
`budget=Budget(cost=..., tokens=...)`: at each decision the dearest branch, a loop as often as it may
go round, a Map once for each element that its list can hold. What nobody has estimated counts as
nothing, and a list that nothing limits as one element. A note says where a budget of `cost` cannot be
held when it runs, because the models table has no prices for a model that is asked.

An agent's cost is its own `estimate=Estimate(cost=...)`, else its estimated tokens at the lower of its
model's two prices in `[tool.agentgraph.models]`, else that of its dearest tool.

## Why

The budget stops the turn before it has an answer, and what it has cost until then is paid.

## Example

    Graph("report", budget=Budget(cost=0.10), ...)      # ten chapters, each by a model, at 0.02

## Instead

A cheaper model, fewer rounds, a shorter list (`Annotated[list[Chapter], MaxLen(5)]`), or a budget that
is enough.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.estimates import cost_of, tokens_of
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.reliance import every_agent, facts_of, roles_of
from agentgraph.check.turns import Parts, dearest_turn

CODE = "AG702"
SEVERITY = "warning"
NEEDS_MODELS = True
_TABLE = "tool.agentgraph.models"


def find(flow: Flow) -> Iterator[Fault]:
    budget = flow.spec.budget
    if budget is None:
        return
    for unit, limit, of_agent in (
        ("", budget.cost, cost_of),
        (" tokens", budget.tokens, tokens_of),
    ):
        if limit is not None:
            spent = dearest_turn(flow, of_agent)
            # Sums of decimal fractions: what only rounding makes greater is not.
            if spent.total > limit * (1 + 1e-9):
                yield _fault(spent, limit, unit)
    if budget.cost is not None:
        yield from _unpriced(flow)


def _unpriced(flow: Flow) -> Iterator[Fault]:
    """Models that the table knows and gives no prices for, each once."""
    told: set[str] = set()
    for path, agent in every_agent(flow):
        for role in roles_of(agent):
            facts = facts_of(flow, role)
            if facts is None or facts.role in told:
                continue
            if facts.input_price is None or facts.output_price is None:
                told.add(facts.role)
                yield Fault(
                    message=f'the budget of cost cannot be held: nobody knows what "{role}" costs',
                    severity="note",
                    at=path,
                    source=agent.source,
                    owner=agent.owner,
                    help=f"say prices = {{ input = ..., output = ... }} in [{_TABLE}.{facts.role}]",
                )


def _fault(spent: Parts, limit: float, unit: str) -> Fault:
    dearest = max(spent, key=lambda part: part.whole)
    takes = "take" if unit else "cost"
    return Fault(
        message=f"a turn can {takes} {spent.total:g}{unit}, and its budget is {limit:g}{unit}",
        at="",
        reasons=tuple(
            f"{part.node}: {part.amount:g}{unit}"
            + (f", {part.times} times" if part.times > 1 else "")
            for part in spent
        ),
        help=f"the most of it is {dearest.node}: make it cheaper or seldomer, or allow more",
    )
