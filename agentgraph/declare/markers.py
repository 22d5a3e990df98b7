"""What can stand beside a type in `Annotated[...]`, and the reducers that come along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar, final

from msgspec import Struct

from agentgraph.model.contract import Json

T = TypeVar("T")


@final
class Kept:
    """The type of `kept`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "kept"


kept: Final = Kept()
"""Marks a state field that outlives its turn: `Annotated[list[Message], append, kept]`."""


@final
class Whole:
    """The type of `whole`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "whole"


whole: Final = Whole()
"""Marks a list that grows to be stored whole at every step: `Annotated[list[str], append, whole]`.

Without it, steps store what they add to a list of `append` or `upsert`, where the saver can
put that together again.
"""


class Label(Struct, frozen=True):
    """Marks data for governance, `Annotated[str, Label("pii")]`: where it flows is checked."""

    name: str


@final
class FieldsMarker:
    """The type of the marker in `Fields[...]`."""

    __slots__ = ()


Fields = Annotated[T, FieldsMarker()]
"""A parameter that takes several state fields as one object: `view: Fields[OrderView]`."""


def append(current: list[Any], update: list[Any]) -> list[Any]:
    """The reducer that adds the new elements behind the ones there."""
    return [*current, *update]


def upsert(current: list[Any], update: list[Any]) -> list[Any]:
    """The reducer that replaces elements with the same `id` and adds the others behind.

    The rule of LangGraph's `add_messages`, over JSON: elements without an `id` are added.
    """
    merged = list(current)
    at = {item.get("id"): index for index, item in enumerate(merged) if isinstance(item, dict)}
    for item in update:
        key = item.get("id") if isinstance(item, dict) else None
        if key is not None and key in at:
            merged[at[key]] = item
        else:
            at[key] = len(merged)
            merged.append(item)
    return merged


Reducer = Callable[[Json, Json], Json]
BUILT_IN: Final[dict[str, Reducer]] = {"append": append, "upsert": upsert}


def reducer_name(reducer: Reducer) -> str:
    """How a spec names a reducer: its short name if it is ours, else `module:qualname`."""
    for name, ours in BUILT_IN.items():
        if reducer is ours:
            return name
    module = getattr(reducer, "__module__", "") or "?"
    return f"{module}:{getattr(reducer, '__qualname__', type(reducer).__name__)}"
