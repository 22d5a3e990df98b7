"""The builder that LangGraph wants behind a compiled graph. Ours built nothing with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NotRequired

from langgraph.graph import StateGraph

# pydantic, which LangGraph asks for JSON Schemas, takes no other before Python 3.12.
from typing_extensions import TypedDict

from agentgraph.model.graph import GraphSpec


def blank_builder(
    spec: GraphSpec,
    state: type[Any] | None,
    input_: type[Any] | None,
    output: type[Any] | None,
    context: type[Any] | None,
) -> StateGraph[Any, Any, Any, Any]:
    """A StateGraph that knows the schemas and no node.

    LangGraph asks it for the schemas, and to carry over checkpoints older than any of ours.
    None for a schema: an object of the fields, each of any type.
    """
    builder: StateGraph[Any, Any, Any, Any] = StateGraph(
        state or _object_of("State", (field.name for field in spec.state)),
        context,
        input_schema=input_ or _object_of("Input", (port.field for port in spec.input.ports)),
        output_schema=output or _object_of("Output", (port.field for port in spec.output.ports)),
    )
    builder.compiled = True
    return builder


def _object_of(name: str, fields: Iterable[str]) -> type[Any]:
    made: Any = TypedDict(name, dict.fromkeys(fields, NotRequired[Any]))  # type: ignore[misc]
    return made
