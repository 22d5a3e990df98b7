"""GraphSpec and Plan to JSON and back, and the hash that names a graph's meaning."""

from __future__ import annotations

import functools
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, TypeVar, cast

from agentgraph.model import agent as _agent
from agentgraph.model.agent import AgentSpec
from agentgraph.model.contract import Contract, Json, digest
from agentgraph.model.graph import GraphSpec, StateField

T = TypeVar("T")

# `agent` knows `graph` for the type checker only, so as not to import in a ring; here,
# where types are read at run time, the name is filled in.
_agent.GraphSpec = GraphSpec  # type: ignore[attr-defined]


def dump(value: object) -> Json:
    """A noun of this room as JSON; what stands at its default is left out (`kind` never is)."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: dump(getattr(value, field.name))
            for field in fields(value)
            if field.name == "kind" or getattr(value, field.name) != _default(field)
        }
    if isinstance(value, tuple):
        return [dump(item) for item in value]
    return value


def load(noun: type[T], data: Json) -> T:
    """The noun that `dump` made `data` of, equal to it. pydantic.ValidationError: not such JSON."""
    return cast("T", _adapter(cast("Any", noun)).validate_python(data))


def spec_hash(spec: GraphSpec) -> str:
    """A hash of what the graph means: places in files and prose about it are left out.

    A tool's description counts: models read it.
    """
    return digest(_meaning(spec))


_BESIDE: dict[type, tuple[str, ...]] = {
    Contract: (),
    GraphSpec: ("source", "description"),
    AgentSpec: ("source", "description"),
    # How a field is stored is no part of what the graph means.
    StateField: ("source", "whole"),
}


@functools.cache
def _adapter(noun: Any) -> Any:
    # Reading back is rare (export, stored runs): writing must not pay for this import.
    from pydantic import TypeAdapter

    return TypeAdapter(noun)


def _default(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def _meaning(value: object) -> Json:
    if is_dataclass(value) and not isinstance(value, type):
        skip = _BESIDE.get(type(value), ("source",))
        return {
            f.name: _meaning(getattr(value, f.name)) for f in fields(value) if f.name not in skip
        }
    if isinstance(value, tuple):
        return [_meaning(item) for item in value]
    return value
