"""How many items of which kind a list must hold, in words; faults alone do not say."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from agentgraph.contracts._engine import Fault
from agentgraph.contracts._references import target
from agentgraph.contracts._rendering import Rendering
from agentgraph.contracts._text import counted, pointer
from agentgraph.model.contract import Schema

_SHOWN = 6


def told_counts(fault: Fault, schema: Schema) -> Fault:
    """The fault; where it is about `contains`, with `at least 2 items are "admin"` as its detail."""
    if fault.keyword != "contains":
        return fault
    node = target(schema, pointer(fault.by[:-1]))
    if not isinstance(node, dict) or "contains" not in node:
        return fault
    return replace(fault, detail=_said(node, schema))


def _said(node: dict[str, Any], schema: Schema) -> str:
    low, high = node.get("minContains", 1), node.get("maxContains")
    if high is None:
        items = f"at least {counted(low, 'item')}"
    elif low == high:
        items = f"exactly {counted(low, 'item')}"
    else:
        items = f"at most {counted(high, 'item')}" if not low else f"{low} to {high} items"
    verb = "is" if items.endswith("item") else "are"
    return f"{items} {verb} {Rendering(schema, _SHOWN).text(node['contains'])}"
