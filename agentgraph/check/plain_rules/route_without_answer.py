"""A router can come to its end without a label.

## What

The function behind a conditional edge has a way to its last line that passes no `return`: a chain of `if`
without `else`, a `match` that leaves out a value of its type.

## Why

It then returns None, and LangGraph raises an error, or takes it for a label that no map has.

## Example

    def route(state) -> Literal["accounting", "bin"]:
        match state["kind"]:             # "newsletter" is a kind, too
            case "invoice": return "accounting"
            case "spam": return "bin"

## Instead

Return a label in every case: `case _:`, `else`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.adopt.adopted import BranchFacts
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.plain.kinds import all_values
from agentgraph.read.node_facts import Outcome

CODE = "AG803"
SEVERITY = "error"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    for branch in flow.adopted.branches if flow.adopted is not None else ():
        outcomes = branch.body.outcomes if branch.body is not None else ()
        for one in outcomes:
            if one.falls and any(other.targets for other in outcomes):
                yield from _of(branch, one)


def _of(branch: BranchFacts, one: Outcome) -> Iterator[Fault]:
    if one.asked is None:
        if one.alike:
            return
        yield _fault(branch, one, "where none of its conditions holds", certain=False)
        return
    key, values = one.asked
    every = all_values(branch.takes.types.get(key))
    lacking = [value for value in every or () if value not in values]
    if lacking:
        said = ", ".join(repr(value) for value in lacking)
        yield _fault(branch, one, f"where {key} is {said}", certain=True)


def _fault(branch: BranchFacts, one: Outcome, when: str, *, certain: bool) -> Fault:
    return Fault(
        message=f"{branch.name} returns nothing {when}",
        severity="error" if certain else "warning",
        at=branch.node,
        source=one.source,
        help="return a label in every case",
    )
