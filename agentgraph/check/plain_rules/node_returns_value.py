"""A node returns something that is no update of the state.

## What

A node ends with a text, a number or a truth value: a chain that ends in `StrOutputParser`, a `return` of a string.

## Why

LangGraph stops the run: an update is a dict of keys, a `Command` or None.

## Example

    flow.add_node("write", prompt | model | StrOutputParser())

## Instead

Say which key it is: `prompt | model | StrOutputParser() | (lambda text: {"poem": text})`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.model.source import Source

CODE = "AG816"
SEVERITY = "error"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    adopted = flow.adopted
    if adopted is None or not adopted.keys:
        return
    for facts in adopted.nodes.values():
        if facts.makes_text:
            yield _fault(facts.name, "a text", facts.source)
        for one in facts.body.outcomes if facts.body is not None else ():
            if one.kind in ("text", "truth"):
                what = "a text" if one.kind == "text" else "a truth value"
                yield _fault(facts.name, what, one.source)


def _fault(name: str, what: str, source: Source | None) -> Fault:
    return Fault(
        message=f"{name} returns {what}, and no update of the state",
        at=name,
        source=source,
        help="return a dict with the key that it is for",
    )
