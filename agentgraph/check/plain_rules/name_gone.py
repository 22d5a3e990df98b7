"""A node takes an attribute that LangGraph's interrupts no longer have.

## What

A caught `GraphInterrupt` is gone through, and `resumable`, `ns`, `when` or `interrupt_id` is taken of an interrupt.

## Why

LangGraph 1.0 took them away: it is an `AttributeError`, on the way where the graph waits for a person.

## Example

    except GraphInterrupt as pause:
        for question in pause.args[0]:
            if question.resumable: ...

## Instead

An `Interrupt` has `value` and `id`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.read.old_names import gone_attributes

CODE = "AG822"
SEVERITY = "error"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    for facts in flow.adopted.nodes.values() if flow.adopted is not None else ():
        for name, source in gone_attributes(facts.body.source) if facts.body is not None else ():
            yield Fault(
                message=f"{facts.name} takes {name} of an interrupt, which no longer has it",
                at=facts.name,
                source=source,
                help="an Interrupt has value and id",
            )
