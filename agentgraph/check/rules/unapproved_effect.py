"""An effect comes about without its approval, or not as it was approved.

## What

A person's answer decides whether an agent with a destructive tool runs, and yet there is a way to
that agent on which nobody was asked; the finding shows it. Or a field that the person was shown
is written anew after the answer, before the agent that acts on it reads it.

Where the other way is chosen by a route or a guard, it may be meant (small sums need no approval):
that is a warning. Where nothing chooses it, it is an error. A graph in which nobody decides about an
effect is left alone.

## Why

The approval is what somebody relies on who has never seen the graph. A way around it is found by
the first retry, fallback or failure edge that was added later; a value that changes after the yes
makes the yes worthless.

## Example

    Route(approve, on="approved", to={True: pay, False: reject}),
    Edge(check_invoice, approve, on_failure=True),
    Edge(check_invoice, pay),                       # pays whatever the person says

## Instead

Lead every way to the effect through the person's yes, or ask where the effect is:
`@tool(approval="Pay this?")`. Write what is approved before it is shown, and not after.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.approvals import Approval, Way, approvals, changed_since, unasked
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.where import in_brackets
from agentgraph.model.plan import Choose

CODE = "AG605"
SEVERITY = "error"


def find(flow: Flow) -> Iterator[Fault]:
    every = approvals(flow)
    told: set[int] = set()
    for approval in every:
        if approval.effect not in told:
            told.add(approval.effect)
            for way in unasked(flow, approval, every):
                yield _unasked(flow, approval, way)
    changed: set[tuple[str, int, int]] = set()
    for approval in every:
        for field, writer in changed_since(flow, approval):
            if (field, writer, approval.effect) not in changed:
                changed.add((field, writer, approval.effect))
                yield _changed(flow, approval, field, writer)


def _unasked(flow: Flow, approval: Approval, way: Way) -> Fault:
    effect, person = flow.web.runs[approval.effect], flow.web.runs[approval.person]
    chosen = isinstance(way.step.exit, Choose) or bool(way.step.tests)
    agent = flow.agents[effect.node]
    return Fault(
        message=f"{effect.node} can run {approval.tool.name} without a yes from {person.node}",
        severity="warning" if chosen else "error",
        at=f"{effect.node}.{approval.tool.name}",
        source=way.step.source or agent.source,
        owner=agent.owner,
        path=way.nodes,
        reasons=(
            f"effect: {approval.tool.name}{in_brackets(approval.tool.source)}",
            f"approved by: {person.node}{in_brackets(person.source)}, not on this way",
        ),
        help=f"lead this way through {person.node}, or ask where the effect is: "
        '@tool(approval="...")',
    )


def _changed(flow: Flow, approval: Approval, field: str, writer: int) -> Fault:
    effect, person = flow.web.runs[approval.effect], flow.web.runs[approval.person]
    by = flow.web.runs[writer]
    return Fault(
        message=f"{by.node} changes {field} after {person.node} was shown it, "
        f"and {effect.node} acts on the new one",
        at=f"{by.node}.{field}",
        source=by.source,
        owner=flow.agents[by.node].owner,
        path=(person.node, by.node, effect.node),
        reasons=(
            f"shown to: {person.node}{in_brackets(person.source)}",
            f"acted on by: {effect.node}{in_brackets(effect.source)}, with {approval.tool.name}",
        ),
        help=f"let {by.node} run before {person.node}, or write to a field of its own",
    )
