"""Which fields hold text that an outsider or a model may have written."""

from __future__ import annotations

from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.marks import Mark
from agentgraph.check.flow.schemas import resolved
from agentgraph.check.labels import everyone
from agentgraph.check.meetings import how_it_came
from agentgraph.check.where import in_brackets
from agentgraph.model.agent import AgentSpec
from agentgraph.model.contract import Schema
from agentgraph.model.graph import UNTRUSTED

_NARROWING = frozenset({"enum", "const", "pattern", "format"})


def untrusted_mark(flow: Flow, agent: AgentSpec, field: str) -> Mark | None:
    """The mark of untrusted text in a field as an agent, or what stands in for it, reads it; None: there is none."""
    for bearing in flow.bearings:
        for number, fields in bearing.read.items():
            standing = flow.agents.get(flow.web.runs[number].node)
            mark = fields.get(field, {}).get(UNTRUSTED)
            if mark is None or standing is None:
                continue
            if any(one is agent for one in everyone(standing)):
                return mark
    return None


def authors_of(
    flow: Flow, agent: AgentSpec, field: str, path: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Who may have put any text at all into a place in a field that an agent reads, as lines of reasons; (): nobody."""
    mark = untrusted_mark(flow, agent, field)
    if mark is not None:
        return how_it_came(mark)
    for writer in flow.agents.values():
        free = (
            is_free_text(write.contract.produced, path)
            for write in writer.writes
            if write.field == field
        )
        if is_modelled(writer) and any(free):
            return (f"{field} is written by a model: {writer.name}{in_brackets(writer.source)}",)
    return ()


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
