"""Which fields hold text that an outsider or a model may have written."""

from __future__ import annotations

from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.schemas import resolved
from agentgraph.check.where import in_brackets
from agentgraph.model.agent import AgentSpec
from agentgraph.model.contract import Schema
from agentgraph.model.graph import UNTRUSTED

_NARROWING = frozenset({"enum", "const", "pattern", "format"})


def is_labelled(flow: Flow, field: str) -> bool:
    """Whether a field holds untrusted text: the one place that says so.

    Known by its own label, or that of a writer's type.
    """
    declared = any(UNTRUSTED in one.labels for one in flow.spec.state if one.name == field)
    return declared or any(
        UNTRUSTED in write.labels
        for agent in flow.agents.values()
        for write in agent.writes
        if write.field == field
    )


def author_of(flow: Flow, field: str, path: tuple[str, ...] = ()) -> str | None:
    """Who may have put any text at all into a place in a field, as the line of a reason; None: nobody."""
    if is_labelled(flow, field):
        return f"{field} is untrusted"
    for agent in flow.agents.values():
        free = (
            is_free_text(write.contract.produced, path)
            for write in agent.writes
            if write.field == field
        )
        if is_modelled(agent) and any(free):
            return f"{field} is written by a model: {agent.name}{in_brackets(agent.source)}"
    return None


def is_modelled(agent: AgentSpec) -> bool:
    """Whether a model answers for an agent, or may stand in for it."""
    return agent.kind == "model" or any(one.kind == "model" for one in agent.policies.fallbacks)


def is_free_text(schema: Schema, path: tuple[str, ...] = ()) -> bool:
    """Whether a schema lets any text stand at a place within it. False where that is not known."""
    top = resolved(schema)
    if not isinstance(top, dict):
        return False
    if path:
        inner = _property(schema, top, path[0])
        return inner is not None and is_free_text(inner, path[1:])
    for key in ("anyOf", "oneOf"):
        if key in top:
            return any(is_free_text(_with_defs(schema, one)) for one in top[key])
    return top.get("type") == "string" and not _NARROWING & top.keys()


def _property(schema: Schema, top: dict[str, object], name: str) -> Schema | None:
    properties = top.get("properties")
    found = properties.get(name) if isinstance(properties, dict) else None
    return None if found is None else _with_defs(schema, found)


def _with_defs(schema: Schema, inner: Schema) -> Schema:
    """A schema within another one, its references still leading somewhere."""
    if isinstance(schema, dict) and isinstance(inner, dict) and "$defs" in schema:
        return {"$defs": schema["$defs"], **inner}
    return inner
