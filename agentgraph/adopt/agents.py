"""A plain LangGraph graph as an agent of ours."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args, get_origin, get_type_hints

from agentgraph.contracts.types import contract_of
from agentgraph.errors import DeclarationError, Problem, TypeNotJsonError
from agentgraph.model.agent import AgentSpec, Read, Write
from agentgraph.model.contract import ANYTHING, Contract
from agentgraph.model.message import Message
from agentgraph.model.source import Source


@dataclass(frozen=True, slots=True)
class Foreign:
    """What carries a foreign graph out: the LangGraph graph, and the types of its keys that have a JSON form.

    `messages` are the keys that hold LangChain messages; they cross as `Message` objects.
    """

    graph: Any
    types: Mapping[str, Any]
    messages: frozenset[str]


@dataclass(frozen=True, slots=True)
class ForeignAgent:
    """A foreign graph that stands where an agent can."""

    spec: AgentSpec
    implementation: Foreign

    __hash__ = object.__hash__


def from_langgraph(
    graph: Any,
    *,
    name: str | None = None,
    reads: Sequence[str] | Mapping[str, str] | None = None,
    writes: Sequence[str] | Mapping[str, str] | None = None,
    clears: set[str] | frozenset[str] = frozenset(),
    removes: set[str] | frozenset[str] = frozenset(),
    version: str | None = None,
    owner: str | None = None,
) -> ForeignAgent:
    """A plain LangGraph graph (a `StateGraph`, or a compiled one) as an agent.

    `reads` are the keys of its input that it is given, or a mapping from them to state fields;
    `writes` the keys of its output that are taken, or a mapping from them to state fields.
    Left out: all of them. Their contracts are made of its own schema's types; lists of
    LangChain messages cross as JSON messages; a type without a JSON form is *anything*,
    which the checker reports as something that it cannot tell. What it is said to write is
    held to: a key that it leaves out fails the call. `clears` are the labels of data that it may
    read, `removes` those that its output no longer bears.

    DeclarationError: it is no LangGraph graph, or has no such key.
    """
    builder = _builder(graph)
    frame = sys._getframe(1)  # noqa: SLF001  # the documented way; inspect.stack() reads every file
    source = Source(frame.f_code.co_filename, frame.f_lineno)
    inputs, outputs = _hints(builder.input_schema), _hints(builder.output_schema)
    taken = _mapping(reads, inputs, "reads=", source)
    given = _mapping(writes, outputs, "writes=", source)
    types = {**outputs, **inputs}
    messages = frozenset(key for key, hint in types.items() if _holds_messages(hint))
    contracts = {key: _contract(key, hint, messages) for key, hint in types.items()}
    return ForeignAgent(
        AgentSpec(
            name=name or _name(graph),
            kind="langgraph",
            reads=tuple(
                Read(field=field, parameter=key, contract=contracts[key])
                for key, field in taken.items()
            ),
            writes=tuple(
                Write(field=field, contract=contracts[key], key=key) for key, field in given.items()
            ),
            output=ANYTHING,
            clears=_labels(clears),
            removes=_labels(removes),
            version=version,
            owner=owner,
            source=source,
        ),
        Foreign(
            graph,
            {key: hint for key, hint in types.items() if contracts[key] is not ANYTHING},
            messages,
        ),
    )


def _builder(graph: Any) -> Any:
    """What a LangGraph graph was built with. DeclarationError: it is none."""
    builder = getattr(graph, "builder", graph)
    if not hasattr(builder, "schemas") or not hasattr(builder, "state_schema"):
        message = f"{type(graph).__name__} is not a LangGraph state graph"
        help_ = "give a StateGraph or what its compile() returns"
        raise DeclarationError([Problem(message, where="from_langgraph", help=help_)])
    return builder


def _labels(given: str | Iterable[str]) -> tuple[str, ...]:
    """Labels as given; one text is one label, not its letters."""
    return tuple(sorted({given} if isinstance(given, str) else set(given)))


def _hints(schema: Any) -> dict[str, Any]:
    """The keys of a LangGraph schema with their bare types (reducers and markers left aside)."""
    return get_type_hints(schema)


def _mapping(
    asked: Sequence[str] | Mapping[str, str] | None,
    known: Mapping[str, Any],
    what: str,
    source: Source,
) -> dict[str, str]:
    if asked is None:
        return {key: key for key in known}
    mapping = dict(asked) if isinstance(asked, Mapping) else {key: key for key in asked}
    unknown = [key for key in mapping if key not in known]
    if unknown:
        raise DeclarationError(
            [
                Problem(
                    f"the LangGraph graph has no key {key!r}",
                    f"from_langgraph {what}",
                    source.file,
                    source.line,
                    f"it has {', '.join(known)}",
                )
                for key in unknown
            ]
        )
    return mapping


def _holds_messages(hint: Any) -> bool:
    """Whether it is a list of LangChain messages: of the base class, one kind, or a union of kinds."""
    from langchain_core.messages import BaseMessage

    if get_origin(hint) is not list:
        return False
    (member,) = get_args(hint)
    kinds = get_args(member) or (member,)
    return all(inspect.isclass(kind) and issubclass(kind, BaseMessage) for kind in kinds)


def _contract(key: str, hint: Any, messages: frozenset[str]) -> Contract:
    if key in messages:
        return contract_of(list[Message])
    try:
        return contract_of(hint)
    except TypeNotJsonError:
        return ANYTHING


def _name(graph: Any) -> str:
    given = getattr(graph, "name", None)
    return (
        given
        if isinstance(given, str) and given.isidentifier() and given != "LangGraph"
        else "langgraph"
    )
