"""An adapter does not fit what it stands between.

## What

The function given as `adapt=` cannot take what reaches it, or what it makes does not fit the
agent behind it.

## Why

An adapter is there to make two contracts fit. One that does not moves the fault, and hides it.

## Example

    def to_celsius(fahrenheit: float) -> Celsius: ...      # Celsius has "degrees": str

    Edge(measure, store, adapt=to_celsius)                 # store takes degrees: float

## Instead

Type the adapter as what it gets and what the next agent takes.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.walks import is_adapted, misfit_fault, misfits

CODE = "AG108"
SEVERITY = "error"


def find(flow: Flow) -> Iterator[Fault]:
    for group in misfits(flow):
        if any(is_adapted(flow, misfit) for misfit in group):
            yield misfit_fault(flow, group)
