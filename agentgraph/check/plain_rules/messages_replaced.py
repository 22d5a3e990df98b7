"""A list of messages has no reducer, and a node writes only its own message.

## What

A key of the state is a list of messages without a reducer, and a node returns a list that it has made, which takes
the place of all messages before.

## Why

The history is gone, the question with it: a model that is asked next sees the last answer alone.

## Example

    messages: list[AnyMessage]

    return {"messages": [model.invoke(state["messages"])]}

## Instead

`messages: Annotated[list[AnyMessage], add_messages]`, or `MessagesState`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.adopt.adopted import NodeFacts
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.plain.kinds import is_messages
from agentgraph.check.plain.places import writes
from agentgraph.check.plain.readers import is_read_elsewhere
from agentgraph.check.where import in_brackets

CODE = "AG818"
SEVERITY = "warning"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    adopted = flow.adopted
    for key, kind in adopted.state.types.items() if adopted is not None else ():
        if adopted is None or key in adopted.reducers or not is_messages(kind):
            continue
        writers = [
            (facts, write)
            for facts in adopted.nodes.values()
            for _, write in writes(facts)
            if write.key == key and write.length == 1
        ]
        telling = [
            (f, w) for f, w in writers if adopted.remembers or is_read_elsewhere(flow, f.name, key)
        ]
        if telling and any(_asks(facts, key) for facts in adopted.nodes.values()):
            facts, write = telling[0]
            yield Fault(
                message=f"{key} has no reducer: the answer of {facts.name} takes the place of all messages before",
                at=key,
                source=adopted.state.lines.get(key),
                reasons=(f"written by: {facts.name}{in_brackets(write.source)}",),
                help=f"{key}: Annotated[list, add_messages]",
            )


def _asks(facts: NodeFacts, key: str) -> bool:
    """Whether a node goes on from the messages that were there: it reads them and writes its own."""
    reads = facts.body is not None and any(read.key == key for read in facts.body.reads)
    return reads and any(write.key == key and write.length == 1 for _, write in writes(facts))
