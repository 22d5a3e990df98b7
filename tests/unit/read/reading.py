"""Facts of functions that a test writes out."""

from __future__ import annotations

from collections.abc import Callable

from agentgraph.read.facts import Call, FunctionFacts

Read = Callable[..., FunctionFacts]


def called(facts: FunctionFacts, written: str) -> Call:
    """The one call that is written so."""
    (found,) = [call for call in facts.calls if call.written == written]
    return found
