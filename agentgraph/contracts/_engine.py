"""The one file that names jsonschema-rs: validation, and containment where it can tell.

Every schema that comes here has been lifted (`_lift`): 2020-12, references within the document,
bounded in depth and size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import jsonschema_rs

from agentgraph.errors import Problem, SchemaError
from agentgraph.model.contract import Json, Schema

Answer = Literal["yes", "no", "unknown"]
_DRAFT = jsonschema_rs.Draft202012
_META = jsonschema_rs.Draft202012Validator(
    {"$ref": "https://json-schema.org/draft/2020-12/schema"}, validate_formats=True
)
# A pattern of the value's own making must not be able to hang a run.
_PATTERNS = jsonschema_rs.FancyRegexOptions(backtrack_limit=100_000)


@dataclass(frozen=True, slots=True)
class Fault:
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
            self._validator = jsonschema_rs.Draft202012Validator(
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

    def covers(self, produced: Engine) -> Answer:
        """Whether this schema admits all that the other admits. "no" is not to be trusted."""
        mine, theirs = self._canonical, produced._canonical
        if mine is None or theirs is None:
            return "unknown"
        try:
            return str(mine.covers(theirs))  # type: ignore[return-value]
        except (ValueError, RuntimeError):
            return "unknown"

    @cached_property
    def _canonical(self) -> jsonschema_rs.CanonicalSchema | None:
        try:
            return jsonschema_rs.canonicalize(
                self.schema, draft=_DRAFT, validate_formats=True, offline=True
            )
        except (ValueError, RuntimeError, jsonschema_rs.ReferencingError):
            return None


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
    where = getattr(error, "instance_path", None)
    path = "/".join(["#", *map(str, where)]) if where else ""
    return Problem(str(message), where=path)
