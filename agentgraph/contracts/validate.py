"""Is this value in? All that is wrong with it, each with its path."""

from __future__ import annotations

from msgspec import Struct

from agentgraph.contracts._compiled import Compiled, content, of_content
from agentgraph.contracts._counts import told_counts
from agentgraph.contracts._kept import Kept
from agentgraph.contracts._leaves import leaves
from agentgraph.contracts._sentences import of_value
from agentgraph.contracts._slips import hint
from agentgraph.contracts._text import json_path
from agentgraph.errors import Problem
from agentgraph.model.contract import Json, Schema


class Violation(Struct, frozen=True):
    """One thing that is wrong with a value: where (`$.a[0]`), and what, in a short sentence."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"

    def as_problem(self) -> Problem:
        """The same, as errors carry it."""
        return Problem(self.message, where=self.path)


class Validator:
    """A schema that values are held against; compiled once, safe to share."""

    __slots__ = ("_engine", "is_valid")

    def __init__(self, compiled: Compiled) -> None:
        self._engine = compiled.engine
        # Bound here, so that a check costs one call.
        self.is_valid = self._engine.is_valid

    def problems(self, value: Json) -> tuple[Violation, ...]:
        """Everything that is wrong with the value, each once; () where it is valid."""
        found: dict[Violation, None] = {}
        for fault in self._engine.faults(value):
            for leaf in leaves(told_counts(fault, self._engine.schema)):
                message = of_value(leaf)
                if leaf.keyword == "required":
                    message += hint(self._engine.schema, leaf.at, leaf.value)
                found[Violation(json_path(leaf.at), message)] = None
        return tuple(found)


def validator(schema: Schema) -> Validator:
    """The schema's validator, compiled once per content. SchemaError: it is not a usable schema."""
    return _validator(content(schema))


_validator = Kept(lambda key: Validator(of_content(key)), most=300_000)
