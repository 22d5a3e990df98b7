"""`field("x")` and the conditions that it builds: guards as JSON Schema, so they can be reasoned about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NoReturn, final

from msgspec import Struct

from agentgraph.contracts.validate import validator
from agentgraph.declare.json_values import json_text, json_value
from agentgraph.errors import DeclarationError, Problem, SchemaError
from agentgraph.model.contract import Json, Schema
from agentgraph.model.guard import Guard


@final
class Condition(Struct, frozen=True):
    """A guard being built. Combine with `&`, `|`, `~`; give it to `Edge(when=)` or `Route(cases=)`.

    False of an absent field; so is its negation (`~field(...).present` apart): a decision
    on a value that is not there should not fire either way.
    """

    guard: Guard
    negated: Guard

    def __and__(self, other: Condition) -> Condition:
        return Condition(_join("allOf", self, other), _join("anyOf", ~self, ~other))

    def __or__(self, other: Condition) -> Condition:
        return Condition(_join("anyOf", self, other), _join("allOf", ~self, ~other))

    def __invert__(self) -> Condition:
        return Condition(self.negated, self.guard)

    def __bool__(self) -> NoReturn:
        raise DeclarationError(
            [
                Problem(
                    f"the condition `{self.guard.text}` was used as a plain truth value",
                    help="combine conditions with & | ~ instead of and, or, not; write a <= x as two conditions",
                )
            ]
        )

    def __str__(self) -> str:
        return self.guard.text


@final
class FieldRef(Struct, frozen=True, eq=False):
    """A state field (or, with dots, a property inside it) to compare with a JSON value."""

    path: tuple[str, ...]

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]  # builds a condition, as SQLAlchemy's columns do
        return self._leaf(
            {"const": json_value(other)}, f"== {json_text(other)}", f"!= {json_text(other)}"
        )

    def __ne__(self, other: object) -> Condition:  # type: ignore[override]  # as above
        return ~(self == other)

    def __lt__(self, other: float) -> Condition:
        return self._number("exclusiveMaximum", other, "<", ">=")

    def __le__(self, other: float) -> Condition:
        return self._number("maximum", other, "<=", ">")

    def __gt__(self, other: float) -> Condition:
        return self._number("exclusiveMinimum", other, ">", "<=")

    def __ge__(self, other: float) -> Condition:
        return self._number("minimum", other, ">=", "<")

    __hash__ = None  # type: ignore[assignment]  # equality builds a condition

    def is_in(self, values: Iterable[Any]) -> Condition:
        """True where the value is one of `values` (JSON values or enum members)."""
        members = [json_value(value) for value in values]
        text = "[" + ", ".join(json_text(member) for member in members) + "]"
        return self._leaf({"enum": members}, f"in {text}", f"not in {text}")

    def matches(self, pattern: str) -> Condition:
        """True where the value is a string in which the regular expression is found (ECMA 262, unanchored)."""
        schema: dict[str, Json] = {"type": "string", "pattern": pattern}
        try:
            validator(schema)
        except SchemaError:
            help_ = "it is read as ECMA 262: no (?P<name>...), (?i) or \\Z"
            problem = Problem(f"{pattern!r} is not a regular expression", self._name, help=help_)
            raise DeclarationError([problem]) from None
        return self._leaf(
            schema,
            f"matches {pattern!r}",
            f"does not match {pattern!r}",
        )

    @property
    def present(self) -> Condition:
        """True where the field has a value, `null` included."""
        there = Guard(self._schema({}), (self.path[0],), f"{self._name} is present")
        absent = Guard({"not": self._schema({})}, (self.path[0],), f"{self._name} is absent")
        return Condition(there, absent)

    @property
    def _name(self) -> str:
        return ".".join(self.path)

    def _number(self, keyword: str, bound: object, sign: str, opposite: str) -> Condition:
        if isinstance(bound, bool) or not isinstance(bound, int | float):
            raise DeclarationError(
                [
                    Problem(
                        f"`{sign} {bound!r}` compares with something that is not a number",
                        where=self._name,
                        help="JSON orders numbers only; use == , is_in or matches for other values",
                    )
                ]
            )
        return self._leaf(
            {"type": "number", keyword: json_value(bound)}, f"{sign} {bound}", f"{opposite} {bound}"
        )

    def _leaf(self, schema: dict[str, Json], text: str, opposite: str) -> Condition:
        fields = (self.path[0],)
        return Condition(
            Guard(self._schema(schema), fields, f"{self._name} {text}"),
            Guard(self._schema({"not": schema}), fields, f"{self._name} {opposite}"),
        )

    def _schema(self, leaf: Schema) -> Schema:
        """`leaf` asked of the value at the path; each step on the way must be there."""
        for depth, key in reversed(list(enumerate(self.path))):
            inner = {} if leaf == {} else {"properties": {key: leaf}}
            outer = {"type": "object"} if depth else {}
            leaf = {**outer, **inner, "required": [key]}
        return leaf


def field(name: str) -> FieldRef:
    """A state field to build a guard on; `"facts.status"` is the property `status` of field `facts`.

    `field("score") >= 0.7`, `field("intent").is_in([...])`, `field("code").matches("^A")`,
    `field("reply").present`; combined with `& | ~`.
    """
    path = tuple(name.split("."))
    if not all(path):
        raise DeclarationError(
            [Problem(f"{name!r} is not the name of a state field", help='write field("name")')]
        )
    return FieldRef(path)


def _join(how: Literal["allOf", "anyOf"], left: Condition, right: Condition) -> Guard:
    sign = " and " if how == "allOf" else " or "
    fields = tuple(dict.fromkeys(left.guard.fields + right.guard.fields))
    parts = [_in_brackets(part.guard.text) for part in (left, right)]
    return Guard({how: [left.guard.schema, right.guard.schema]}, fields, sign.join(parts))


def _in_brackets(text: str) -> str:
    return f"({text})" if " and " in text or " or " in text else text
