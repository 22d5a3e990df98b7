"""Values whose contract is a schema given by hand: JSON on both sides."""

from __future__ import annotations

from typing import Any

from pydantic_core import PydanticSerializationError, to_jsonable_python

from agentgraph.contracts.validate import validator
from agentgraph.errors import ContractViolation, Problem
from agentgraph.model.contract import Json, Schema


class SchemaCodec:
    """A schema's way to JSON and back, as `Codec` is a type's. Safe to share between threads."""

    __slots__ = ("_validator", "annotation")

    def __init__(self, schema: Schema) -> None:
        """SchemaError: it is none."""
        self.annotation = schema
        self._validator = validator(schema)

    def to_json(self, value: Any) -> Json:
        """The value as JSON that the schema admits. ContractViolation: all that is wrong with it."""
        try:
            made = to_jsonable_python(value)
        except (PydanticSerializationError, UnicodeError, RecursionError, ValueError) as error:
            problem = Problem(f"it has no JSON form: {error}", where="$")
            raise ContractViolation([problem]) from None
        return self.from_json(made)

    def from_json(self, value: Json) -> Json:
        """The same value. ContractViolation: the schema refuses it, with all that is wrong."""
        if not self._validator.is_valid(value):
            raise ContractViolation([one.as_problem() for one in self._validator.problems(value)])
        return value
