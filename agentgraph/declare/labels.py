"""The labels that a type bears: its own, and those of all that it holds."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

from agentgraph.declare.body import bare_type, extras
from agentgraph.declare.markers import Label


def labels_of(annotation: Any) -> tuple[str, ...]:
    """The names, sorted: of `Annotated[str, Label("pii")]` itself, of elements, of fields within."""
    return tuple(sorted(set(_labels(annotation, set()))))


def _labels(annotation: Any, seen: set[type]) -> Iterator[str]:
    yield from _names(extras(annotation))
    bare = bare_type(annotation)
    for argument in get_args(bare):
        yield from _labels(argument, seen)
    if inspect.isclass(bare) and bare not in seen:
        seen.add(bare)
        yield from _of_fields(bare, seen)


def _of_fields(cls: type, seen: set[type]) -> Iterator[str]:
    # A pydantic model has taken the extras off its annotations.
    for info in getattr(cls, "model_fields", {}).values():
        yield from _names(info.metadata)
        yield from _labels(info.annotation, seen)
    if not hasattr(cls, "model_fields") and cls.__module__ != "builtins":
        for hint in _hints(cls).values():
            yield from _labels(hint, seen)


def _hints(cls: type) -> dict[str, Any]:
    if not getattr(cls, "__annotations__", None):
        return {}
    try:
        return get_type_hints(cls, include_extras=True)
    except (NameError, TypeError):
        return {}  # reported where the type becomes a contract


def _names(marks: Any) -> Iterator[str]:
    yield from (mark.name for mark in marks if isinstance(mark, Label))
