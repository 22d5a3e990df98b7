"""The state is made of the class that describes its input alone.

## What

`StateGraph(InputState)`, and nodes write keys that this class does not have, while a wider class beside it does.

## Why

A state has the keys of its class and no others: what is written to the rest is dropped without a word, and the result
lacks it.

## Example

    class InputState(TypedDict): ...
    class OverallState(InputState): dish: str

    StateGraph(InputState)               # dish is dropped

## Instead

`StateGraph(OverallState, input_schema=InputState)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.walks import missing

CODE = "AG806"
SEVERITY = "error"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    adopted = flow.adopted
    if adopted is None or not adopted.wider or not adopted.keys:
        return
    dropped = {
        write.field
        for agent in flow.spec.agents
        for write in agent.writes
        if write.field not in adopted.keys and write.field not in adopted.managed
    }
    meant = [one for one in adopted.wider if dropped <= set(one.types)] if dropped else []
    if meant:
        best = min(meant, key=lambda one: len(one.types))
        name, keys = adopted.state.name, ", ".join(sorted(dropped))
        yield Fault(
            message=f"the state is {name}, so that {keys} is dropped: {best.name} has it",
            at="state",
            source=adopted.made.source if adopted.made is not None else flow.spec.source,
            help=f"StateGraph({best.name}, input_schema={name})",
            root=frozenset({("state", ""), *(root for key in dropped for root in missing(key))}),
        )
