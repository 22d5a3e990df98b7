"""Values through the door: typed inside, JSON outside, and the contract kept on both sides."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NoReturn

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError
from pydantic_core import to_json as json_bytes

from agentgraph.contracts._described import Described, cache_key, described
from agentgraph.contracts._slips import hint
from agentgraph.contracts._text import json_path, shown
from agentgraph.contracts.validate import Validator, validator
from agentgraph.errors import ContractViolation, Problem
from agentgraph.model.contract import Json, Schema

_NATIVE = (str, int, bool, type(None))


class Codec:
    """One type's way to JSON and back. Built once, safe to share between threads."""

    __slots__ = (
        "_careful",
        "_dump",
        "_fits",
        "_load",
        "_native",
        "_type",
        "_validator",
        "annotation",
    )

    def __init__(self, annotation: Any) -> None:
        self.annotation = annotation
        self._type: Described = described(annotation)
        adapter = self._type.adapter
        self._dump: Callable[..., Json] = adapter.serializer.to_python
        self._load: Callable[..., Any] = adapter.validator.validate_json
        self._validator: Validator = validator(self._type.produced)
        self._fits = self._validator.is_valid
        # What its schema cannot vouch for is read back once, before it is let out.
        self._careful = bool(self._type.audit.loose or self._type.audit.refines)
        self._native = annotation if annotation in _NATIVE else None

    def to_json(self, value: Any) -> Json:
        """The value as JSON that its contract's produced reading admits; declared fields only.

        ContractViolation: it is not of the type, holds NaN or an infinity, or has been made
        to break its own constraints; with all problems and their paths.
        """
        if type(value) is self._native and (self._native is not str or _is_text(value)):
            return value
        try:
            made = self._dump(value, mode="json", by_alias=True, warnings="error")
            if not self._fits(made) or not _is_json(made):
                self._refuse_produced(made)
        except (PydanticSerializationError, UnicodeError, RecursionError, ValueError):
            made = self._mended(value)
        if self._careful:
            self._read_back(value, made)
        return made

    def from_json(self, value: Json) -> Any:
        """The typed value that the JSON stands for.

        ContractViolation: the type refuses it; with all problems and their paths.
        """
        if type(value) is self._native:
            return value
        try:
            data = json_bytes(value)
            if _may_be_infinite(data) and (found := _not_finite(value)):
                raise ContractViolation(found)
            return self._load(data)
        except ValidationError as error:
            raise ContractViolation(_problems(error, value, self._type.accepted)) from None
        except (PydanticSerializationError, UnicodeError, RecursionError) as error:
            raise ContractViolation([Problem(f"it is not JSON: {error}", where="$")]) from None

    def _refuse_produced(self, made: Json) -> NoReturn:
        found = {p.where: p for p in _not_finite(made)}
        for violation in self._validator.problems(made) if not self._fits(made) else ():
            found.setdefault(violation.path, violation.as_problem())
        raise ContractViolation(found.values())

    def _mended(self, value: Any) -> Json:
        """What an instance of the type would give, where the value can become one."""
        try:
            typed = self._type.adapter.validator.validate_python(value)
            made = self._dump(typed, mode="json", by_alias=True, warnings="error")
            fits = self._fits(made) and _is_json(made)
        except ValidationError as error:
            raise ContractViolation(_problems(error, value)) from None
        except (PydanticSerializationError, UnicodeError, RecursionError, ValueError) as error:
            reason = str(error).split("\n")[-1].strip()
            problem = Problem(f"it has no JSON form: {reason}", where="$")
            raise ContractViolation([problem]) from None
        if not fits:
            self._refuse_produced(made)
        return made

    def _read_back(self, value: Any, made: Json) -> None:
        again = self.from_json(made)
        if self._type.audit.loose and again != value:
            try:
                same = self._type.adapter.validator.validate_python(value) == again
            except ValidationError:
                same = False
            if not same:
                message = f"what is read back is not what was written: {shown(made)}"
                raise ContractViolation(
                    [
                        Problem(
                            message,
                            where="$",
                            help="name the type in place of Any, or pass plain JSON",
                        )
                    ]
                )


def codec(annotation: Any) -> Codec:
    """The type's codec, built once. TypeNotJsonError: it has no faithful JSON form."""
    key = cache_key(annotation)
    return Codec(annotation) if key is None else _remembered(annotation, key)


@lru_cache(maxsize=2048)
def _remembered(annotation: Any, _key: str) -> Codec:
    return Codec(annotation)


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_json(made: Json) -> bool:
    """Whether it can be written down. Half a character raises, as it does everywhere."""
    return not _may_be_infinite(json_bytes(made)) or not _not_finite(made)


def _may_be_infinite(data: bytes) -> bool:
    # NaN and the infinities pass as numbers, and they are not JSON.
    return b"NaN" in data or b"Infinity" in data


def _not_finite(value: Json) -> list[Problem]:
    return [
        Problem(f"{number} is not JSON", where=json_path(at), help="use null, or leave it out")
        for at, number in _infinite(value, ())
    ]


def _infinite(
    value: Json, at: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], float]]:
    kind = type(value)
    if kind is float:
        if not math.isfinite(value):
            yield at, value
    elif kind is dict:
        for key, item in value.items():
            if type(item) in _NESTED:
                yield from _infinite(item, (*at, key))
    elif kind is list:
        for index, item in enumerate(value):
            if type(item) in _NESTED:
                yield from _infinite(item, (*at, index))


_NESTED = frozenset({float, dict, list})


def _problems(error: ValidationError, value: Any, schema: Schema = True) -> list[Problem]:
    return [
        _problem(dict(detail), value, schema)
        for detail in error.errors(include_url=False, include_context=False)
    ]


def _problem(detail: dict[str, Any], value: Any, schema: Schema) -> Problem:
    steps = tuple(_steps(detail["loc"], value))
    kind, where = detail["type"], json_path(steps)
    if kind == "missing":
        return Problem(f"is missing{hint(schema, steps, detail['input'])}", where=where)
    if kind == "json_invalid":
        return Problem(f"it is not JSON: {detail['msg']}", where="$")
    return Problem(f"{detail['msg']}, but is {shown(detail['input'])}", where=where)


def _steps(loc: tuple[int | str, ...], value: Any) -> Iterator[int | str]:
    """The path in the value. Pydantic mixes in the names of union members: they lead nowhere."""
    for number, step in enumerate(loc):
        last = number == len(loc) - 1
        if isinstance(value, dict):
            if step in value:
                yield step
                value = value[step]
            elif last and step != "[key]":
                yield step
        elif isinstance(value, (list, tuple)):
            if isinstance(step, int) and step < len(value):
                yield step
                value = value[step]
        elif isinstance(step, str) and hasattr(value, step):
            yield step
            value = getattr(value, step)
