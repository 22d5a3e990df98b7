"""The one file that names jsonschema-rs, which validates.

Every schema that comes here has been checked and lifted: 2020-12, references within the
document, bounded in depth, size and branching.

Its containment (`canonicalize(a).covers(b)`) is not asked. 0.60.3 overflows the stack on some
recursive schemas, which ends the process, and takes exponential time and memory on unions of
products; our own search decides all that it decides, and is faster. The tests ask it as a
second opinion.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema_rs
from msgspec import Struct

from agentgraph.errors import Problem, SchemaError
from agentgraph.model.contract import Json, Schema

_META = jsonschema_rs.Draft202012Validator(
    {"$ref": "https://json-schema.org/draft/2020-12/schema"}, validate_formats=True
)
_NOWHERE = re.compile(r"^Pointer '(.*)' does not exist")
# A pattern of the value's own making must not be able to hang a run.
_PATTERNS = jsonschema_rs.FancyRegexOptions(backtrack_limit=100_000)


class Fault(Struct, frozen=True):
    """One thing that a value does against a schema, as the library reports it.

    `keyword` is the JSON Schema keyword (`falseSchema` for a schema of false), `detail` what
    goes with it, `at` the path in the value and `by` the path in the schema. Where the keyword
    is a union that nothing of took the value, `alternatives` holds the faults for each member.
    """

    keyword: str
    detail: Any
    at: tuple[str | int, ...]
    by: tuple[str | int, ...]
    value: Json
    message: str
    alternatives: tuple[tuple[Fault, ...], ...] = ()


class Engine:
    """A schema, compiled once. SchemaError: it cannot be (a reference or pattern is broken)."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        try:
            # By the draft that it declares: only what could not be lifted declares one.
            self._validator = jsonschema_rs.validator_for(
                schema, validate_formats=True, offline=True, pattern_options=_PATTERNS
            )
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            raise SchemaError([_broken(error)]) from None
        self.is_valid: Callable[[Json], bool] = self._validator.is_valid

    def admits(self, value: Json) -> bool:
        """The same, where a value that is no JSON at all (half a character) is not admitted."""
        try:
            return self.is_valid(value)
        except (ValueError, UnicodeError):
            return False

    def faults(self, value: Json) -> Iterator[Fault]:
        """Everything that is wrong with the value, in the library's order."""
        for error in self._validator.iter_errors(value):
            yield _fault(error)


def schema_faults(schema: Json) -> tuple[Fault, ...]:
    """What makes the value no JSON Schema 2020-12: all of it; () where it is one."""
    return () if _META.is_valid(schema) else tuple(_fault(e) for e in _META.iter_errors(schema))


def _fault(error: jsonschema_rs.ValidationError) -> Fault:
    kind = error.kind
    alternatives: tuple[tuple[Fault, ...], ...] = ()
    detail = kind.value
    if kind.name in ("anyOf", "oneOf"):
        alternatives = tuple(tuple(map(_fault, branch)) for branch in detail)
        detail = None
    elif kind.name == "propertyNames":
        detail = detail.message
    return Fault(
        keyword=kind.name,
        detail=detail,
        at=tuple(error.instance_path),
        by=tuple(error.schema_path),
        value=error.instance,
        message=error.message,
        alternatives=alternatives,
    )


def _broken(error: Exception) -> Problem:
    message = getattr(error, "message", None) or str(error)
    if nowhere := _NOWHERE.search(str(message)):
        message = f"the reference '#{nowhere[1]}' leads to nothing in this document"
    where = getattr(error, "instance_path", None)
    path = "/".join(["#", *map(str, where)]) if where else ""
    return Problem(str(message), where=path)
