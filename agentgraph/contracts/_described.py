"""A Python type, read once: pydantic's adapter, both schemas, what is wrong with it."""

from __future__ import annotations

import types
import typing
from functools import lru_cache
from typing import Any

from msgspec import Struct
from pydantic import PydanticUserError, TypeAdapter
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticSchemaGenerationError

from agentgraph.contracts._faults import Audit, audit
from agentgraph.contracts._reading import Accepting, Reading
from agentgraph.contracts._trial import tried
from agentgraph.contracts._typeddicts import understood
from agentgraph.errors import Problem, TypeNotJsonError
from agentgraph.model.contract import Schema


class Described(Struct, frozen=True, eq=False):
    """What pydantic knows of a type. `produced` and `accepted` are its two readings."""

    annotation: Any
    name: str
    adapter: TypeAdapter[Any]
    produced: Schema
    accepted: Schema
    audit: Audit


def described(annotation: Any) -> Described:
    """The type, read. TypeNotJsonError: it has no faithful JSON form, with every reason."""
    key = cache_key(annotation)
    return _read(annotation) if key is None else _remembered(annotation, key)


def cache_key(annotation: Any) -> str | None:
    """What tells the annotation from others that Python calls equal; None: it cannot be kept.

    `A | B` equals `B | A`, but pydantic tries members in their order.
    """
    try:
        hash(annotation)
    except TypeError:
        return None
    return "" if type(annotation) is type else repr(annotation)


def _read(annotation: Any) -> Described:
    name = type_name(annotation)
    adapter = _adapter(annotation, name)
    found = audit(adapter.core_schema, name)
    produced, accepted = _schemas(adapter, name, found)
    if not found.problems:
        found.problems.extend(tried(adapter, found))
    if found.problems:
        raise TypeNotJsonError(found.problems)
    return Described(annotation, name, adapter, produced, accepted, found)


@lru_cache(maxsize=2048)
def _remembered(annotation: Any, _key: str) -> Described:
    return _read(annotation)


def type_name(annotation: Any) -> str:
    """A short name: of the class where it is one, else as it would be written."""
    if annotation is None or annotation is type(None):
        return "None"
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is None or not arguments:
        return getattr(annotation, "__name__", None) or str(annotation).removeprefix("typing.")
    return _generic_name(origin, arguments)


def _generic_name(origin: Any, arguments: tuple[Any, ...]) -> str:
    if origin is typing.Annotated:
        return type_name(arguments[0])
    if origin is typing.Literal:
        return " | ".join(map(repr, arguments))
    if origin in (typing.Union, types.UnionType):
        return " | ".join(map(type_name, arguments))
    inner = ", ".join("..." if a is ... else type_name(a) for a in arguments)
    return f"{getattr(origin, '__name__', origin)}[{inner}]"


def _adapter(annotation: Any, name: str) -> TypeAdapter[Any]:
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(understood(annotation))
        adapter.rebuild(raise_errors=True)
    except PydanticSchemaGenerationError as error:
        reason = str(error).split(".\n")[0].split(". ")[0]
        problem = Problem(
            reason, where=name, help="describe it with a pydantic model, a dataclass or a TypedDict"
        )
    except PydanticUserError as error:
        problem = Problem(str(error.message).split("\n")[0], where=name)
    except (NameError, TypeError, ValueError, RecursionError) as error:
        reason = str(error).split("\n")[0]
        problem = Problem(f"it cannot be read as a type: {reason}", where=name)
    else:
        return adapter
    raise TypeNotJsonError([problem])


def _schemas(adapter: TypeAdapter[Any], name: str, found: Audit) -> tuple[Schema, Schema]:
    try:
        produced = adapter.json_schema(schema_generator=Reading, mode="serialization")
        accepted = adapter.json_schema(schema_generator=Accepting, mode="validation")
    except (PydanticInvalidForJsonSchema, UnicodeDecodeError) as error:
        if not found.problems:
            found.problems.append(Problem(str(error).split("\n")[0], where=name))
        return False, False
    return produced, accepted
