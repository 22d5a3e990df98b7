"""A route that nothing can be said about.

## What

The route is decided by a function whose return type does not list its answers.

## Why

Any branch may be taken, so nothing that the branches rely on can be proved; an answer that is no
branch stops the run.

## Example

    def pick(score: float) -> str: ...

    Route(rate, on=pick, to={"good": publish, "bad": rewrite})

## Instead

Return a `Literal["good", "bad"]`; or decide on a field or by guards, which the checker understands:
`Route(rate, cases=[(field("score") >= 0.7, publish)], otherwise=rewrite)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.walks import owner_of
from agentgraph.model.plan import Choose

CODE = "AG304"
SEVERITY = "note"


def find(flow: Flow) -> Iterator[Fault]:
    for number in flow.reach.order:
        run = flow.web.runs[number]
        if run.spread is not None:
            continue
        for options in flow.web.normal[number]:
            exit_ = options[0].exit if options else None
            if isinstance(exit_, Choose) and exit_.by == "function" and exit_.returns is None:
                labels = ", ".join(repr(branch.label) for branch in exit_.branches)
                yield Fault(
                    message=f"cannot tell where the route after {run.node} leads: {exit_.on} may return anything",
                    at=run.node,
                    source=exit_.source,
                    owner=owner_of(flow, run.node),
                    help=f"let {exit_.on} return Literal[{labels}]",
                )
