"""Random schemas over every keyword that is modelled, and values that are made from them.

Made with nothing but a random number generator: neither the engine nor its validator has a say
in which schemas and values there are.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

KEYS = ("a", "b", "c", "ab")
NUMBERS = (0, 1, 2, 3, -1, 5, 10, 0.5, 1.5, 2.0, -3, 6, -0.5, 100)
TEXTS = ("", "a", "b", "ab", "aa", "ba", "abc", "0", "aaaa", "2020-01-01", "127.0.0.1", "Zä")
PATTERNS = ("^a", "b$", "^a+$", "^[ab]*$", "a|b", "^(ab)*$", "[^a]", "^a?b?$", "^(?!a)", "^.{2,3}$")
FORMATS = ("date", "ipv4")
KINDS = ("null", "boolean", "integer", "number", "string", "array", "object")
SMALL = (0, 1, 1, 2, 3)
REFERENCES = ("#/$defs/d", "#/$defs/e")


class Schemas:
    """A generator of schemas; equal seeds give equal ones."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def pair(self) -> tuple[Any, Any]:
        """Two schemas, mostly near each other: that is where containment is not plain to see."""
        one = self.document()
        if self.chance.random() < 0.25:
            return one, self.document()
        other = self.near(one)
        return (one, other) if self.chance.random() < 0.5 else (other, one)

    def document(self) -> dict[str, Any]:
        root = self.part(self.chance.choice((0, 1, 1, 2, 2)))
        made = dict(root) if isinstance(root, dict) else {"allOf": [root]}
        return {**made, "$defs": {"d": self.part(1), "e": self.part(0)}}

    def near(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema with a keyword less, a keyword more, or one of them changed inside."""
        made = dict(schema)
        keys = [key for key in made if key != "$defs"]
        change = self.chance.random()
        if keys and change < 0.35:
            del made[self.chance.choice(keys)]
        elif keys and change < 0.65:
            key = self.chance.choice(keys)
            made[key] = self._changed(key, made[key])
        else:
            extra = self.part(self.chance.choice((0, 0, 1)))
            return (
                {**made, **extra} if isinstance(extra, dict) else {**made, "else": extra, "if": {}}
            )
        return made

    def _changed(self, key: str, value: Any) -> Any:
        if isinstance(value, dict) and value and key in _NAMED:
            name = self.chance.choice(list(value))
            inner = self._inside(value[name]) if key != "dependentRequired" else list(KEYS[:1])
            return {**value, name: inner}
        if isinstance(value, list) and value and isinstance(value[0], (dict, bool)):
            place = self.chance.randrange(len(value))
            return [self._inside(v) if i == place else v for i, v in enumerate(value)]
        if isinstance(value, (dict, bool)) and key in _ONE:
            return self._inside(value)
        return value

    def _inside(self, schema: Any) -> Any:
        return self.near(schema) if isinstance(schema, dict) else self.part(0)

    def part(self, depth: int) -> Any:
        """One schema."""
        makers = _LEAVES if depth <= 0 else (*_GROWN, *_GROWN, *_LEAVES)
        return self.chance.choice(makers)(self, depth - 1)

    def value(self, depth: int = 2) -> Any:
        """Any small JSON value."""
        pick = self.chance.random()
        if depth > 0 and pick < 0.2:
            return [self.value(depth - 1) for _ in range(self.chance.choice(SMALL))]
        if depth > 0 and pick < 0.45:
            names = self.chance.sample(KEYS, self.chance.choice(SMALL))
            return {name: self.value(depth - 1) for name in names}
        return self.chance.choice((None, True, False, *NUMBERS, *TEXTS))

    def some(self, **keywords: Callable[[], Any]) -> dict[str, Any]:
        """A few of the keywords."""
        share = self.chance.choice((0.2, 0.4, 0.6))
        return {key: make() for key, make in keywords.items() if self.chance.random() < share}

    def few(self, depth: int) -> list[Any]:
        return [self.part(depth) for _ in range(self.chance.choice((1, 2, 2, 3)))]

    def number(self) -> Any:
        return self.chance.choice(NUMBERS)

    def small(self) -> int:
        return self.chance.choice(SMALL)

    def keys(self) -> list[str]:
        return self.chance.sample(KEYS, self.chance.choice((0, 1, 2)))


_NAMED = ("properties", "patternProperties", "dependentSchemas", "dependentRequired")
_ONE = (
    *("not", "if", "then", "else", "items", "contains", "additionalProperties", "propertyNames"),
    *("unevaluatedItems", "unevaluatedProperties"),
)


def _numeric(s: Schemas, _: int) -> Any:
    return s.some(
        type=lambda: s.chance.choice(("integer", "number")),
        minimum=s.number,
        maximum=s.number,
        exclusiveMinimum=s.number,
        exclusiveMaximum=s.number,
        multipleOf=lambda: s.chance.choice((1, 2, 3, 0.5, 1.5, 6)),
    )


def _text(s: Schemas, _: int) -> Any:
    return {"type": "string"} | s.some(
        minLength=s.small,
        maxLength=s.small,
        pattern=lambda: s.chance.choice(PATTERNS),
        format=lambda: s.chance.choice(FORMATS),
    )


def _object(s: Schemas, depth: int) -> Any:
    def inner() -> Any:
        return s.part(depth)

    return s.some(
        type=lambda: "object",
        properties=lambda: {key: inner() for key in s.chance.sample(KEYS, s.small())},
        patternProperties=lambda: {s.chance.choice(PATTERNS): inner()},
        additionalProperties=inner,
        required=s.keys,
        minProperties=s.small,
        maxProperties=s.small,
        propertyNames=inner,
        dependentRequired=lambda: {s.chance.choice(KEYS): s.keys()},
        dependentSchemas=lambda: {s.chance.choice(KEYS): inner()},
        unevaluatedProperties=inner,
        anyOf=lambda: s.few(depth),
    )


def _array(s: Schemas, depth: int) -> Any:
    def inner() -> Any:
        return s.part(depth)

    return s.some(
        type=lambda: "array",
        prefixItems=lambda: s.few(depth),
        items=inner,
        minItems=s.small,
        maxItems=s.small,
        uniqueItems=lambda: s.chance.random() < 0.7,
        contains=inner,
        minContains=s.small,
        maxContains=s.small,
        unevaluatedItems=inner,
    )


def _condition(s: Schemas, depth: int) -> Any:
    rest = s.some(**{"then": lambda: s.part(depth), "else": lambda: s.part(depth)})
    return {"if": s.part(depth), **rest}


_LEAVES: tuple[Callable[[Schemas, int], Any], ...] = (
    lambda s, _: s.chance.random() < 0.6,
    lambda s, _: {"const": s.value(1)},
    lambda s, _: {"enum": [s.value(1) for _ in range(s.chance.randint(1, 4))]},
    lambda s, _: {"type": s.chance.choice(KINDS)},
    lambda s, _: {"type": s.chance.sample(KINDS, s.chance.randint(1, 3))},
    lambda s, _: {"$ref": s.chance.choice(REFERENCES)},
    _numeric,
    _numeric,
    _text,
    _text,
)
_GROWN: tuple[Callable[[Schemas, int], Any], ...] = (
    lambda s, d: {"not": s.part(d)},
    lambda s, d: {s.chance.choice(("anyOf", "oneOf", "allOf")): s.few(d)},
    _condition,
    _object,
    _object,
    _object,
    _array,
    _array,
)
