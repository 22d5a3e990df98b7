"""What may come into a graph, and what must come out of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic_core import PydanticSerializationError, to_jsonable_python

from agentgraph.contracts.types import Codec, codec
from agentgraph.contracts.validate import Validator, validator
from agentgraph.errors import ContractViolation, Problem
from agentgraph.model.contract import Json
from agentgraph.model.graph import GraphSpec
from agentgraph.observe.redact import Hidden, declared_labels, jsonable


class Entry:
    """The contracts at a graph's door. `input_type` is the declared class, None where none is."""

    def __init__(self, spec: GraphSpec, input_type: Any) -> None:
        self._name = spec.name
        self._labels = declared_labels(spec)
        self._codec: Codec | None = codec(input_type) if input_type is not None else None
        self._inputs = frozenset(port.field for port in spec.input.ports)
        self._fields: dict[str, Validator] = {
            field.name: validator(field.contract.accepted) for field in spec.state
        }
        self._required = tuple(port.field for port in spec.output.ports if port.required)
        self._outputs: dict[str, Validator] = {
            port.field: validator(port.contract.accepted) for port in spec.output.ports
        }

    def input(self, given: Any) -> dict[str, Json]:
        """The input as JSON, defaults filled in. ContractViolation: all that does not fit."""
        try:
            if self._codec is None:
                return self._undeclared(given)
            if is_json(given):
                return self._fields_of(self._codec.to_json(self._codec.from_json(given)))
            return self._fields_of(self._codec.to_json(given))
        except ContractViolation as error:
            problems = [
                Problem(p.message, f"input {p.where}".strip(), help=p.help) for p in error.problems
            ]
            refused = ContractViolation(problems, f"graph {self._name} does not accept this input")
            self._hide(refused, given)
            raise refused from None

    def update(self, given: Any) -> dict[str, Json]:
        """A state update as JSON. ContractViolation: an unknown field, or a value that does not fit its field."""
        problems = list(self._problems(given))
        if problems:
            refused = ContractViolation(problems, f"graph {self._name} does not accept this update")
            self._hide(refused, given)
            raise refused
        return dict(given)

    def answer(self, given: Any) -> Json:
        """What a person answers, as JSON. ContractViolation: it has no JSON form."""
        if is_json(given):
            return given
        try:
            made = to_jsonable_python(given)
        except (PydanticSerializationError, ValueError) as error:
            problem = Problem(f"it has no JSON form: {error}", where="answer")
            raise ContractViolation([problem], f"graph {self._name} takes no such answer") from None
        if not is_json(made):
            problem = Problem("NaN and the infinities are not JSON", where="answer")
            raise ContractViolation([problem], f"graph {self._name} takes no such answer")
        return made

    def output(self, result: Mapping[str, Json]) -> None:
        """Hold a finished run's output against its contract. ContractViolation: all that is missing or wrong."""
        problems = [
            Problem("no agent on the way that was taken wrote it", where=f"output {name}")
            for name in self._required
            if name not in result
        ]
        for name, known in self._outputs.items():
            if name in result and not known.is_valid(result[name]):
                problems += [
                    Problem(v.message, where=f"output {name} {v.path}")
                    for v in known.problems(result[name])
                ]
        if problems:
            headline = f"graph {self._name} ended without the output that it promises"
            refused = ContractViolation(problems, headline)
            self._hide(refused, result)
            raise refused

    def _hide(self, error: ContractViolation, given: Any) -> None:
        """Keep labelled values that were refused out of what is said of them."""
        if self._labels:
            made = jsonable(given)
            hidden = Hidden(self._labels)
            hidden.learn(made if isinstance(made, dict) else dict.fromkeys(self._labels, made))
            hidden.error(error)

    def _undeclared(self, given: Any) -> dict[str, Json]:
        problems = list(self._problems(given))
        if problems:
            raise ContractViolation(problems)
        return dict(given)

    def _problems(self, given: Any) -> Iterator[Problem]:
        """What keeps a dict of state fields from being one."""
        if not isinstance(given, Mapping):
            yield Problem(f"it is {type(given).__name__}, not a dict of state fields")
            return
        for name, value in given.items():
            known = self._fields.get(name)
            if known is None:
                help_ = f"it has {', '.join(sorted(self._fields))}"
                yield Problem(f"the state has no field {name!r}", where=self._name, help=help_)
            elif not is_json(value):
                help_ = "give it as it would stand in JSON"
                yield Problem("it has no JSON form", where=name, help=help_)
            else:
                for found in known.problems(value):
                    yield Problem(found.message, where=f"{name} {found.path}")

    def _fields_of(self, value: Json) -> dict[str, Json]:
        return {name: item for name, item in value.items() if name in self._inputs}


def is_json(value: Any) -> bool:
    """Whether a value is JSON as it stands: built-in types alone, and no NaN."""
    kind = type(value)
    if kind is dict:
        return all(type(key) is str and is_json(item) for key, item in value.items())
    if kind is list:
        return all(map(is_json, value))
    return kind in (str, int, bool, type(None)) or (kind is float and math.isfinite(value))
