"""A node uses the store, and the graph has none.

## What

A node calls `runtime.store`, and the graph is compiled without `store=`.

## Why

`runtime.store` is then None: the node fails.

## Example

    def remember(state, runtime: Runtime):
        runtime.store.put(...)

    builder.compile(checkpointer=...)

## Instead

`builder.compile(store=InMemoryStore())`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.bodies import Body, bodies_of
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.read.files import read_file

CODE = "AG819"
SEVERITY = "error"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    adopted = flow.adopted
    if adopted is None or not adopted.compiled or "store" in adopted.arguments:
        return
    if adopted.nested or adopted.deployed:
        return
    for body in bodies_of(flow):
        runtimes = [p.name for p in body.facts.parameters if p.annotation.endswith("Runtime")]
        for name in runtimes:
            uses = [s for s in body.steps if s.call.written.startswith(f"{name}.store.")]
            if uses and not _asks_first(body, f"{name}.store"):
                yield Fault(
                    message=f"{body.agent.name} uses the store, and the graph has none",
                    at=body.agent.name,
                    source=uses[0].call.source,
                    help="compile it with store=",
                )


def _asks_first(body: Body, written: str) -> bool:
    """Whether the file asks somewhere whether there is a store."""
    file = read_file(body.facts.source.file)
    text = file.text if file is not None else ""
    return any(f"{before}{written}" in text for before in ("if ", "not ", "= ", "and ", "or "))
