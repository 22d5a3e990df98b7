"""Values made from a schema: most of them are of it, the rest close to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.hunts.schemas import KEYS, NUMBERS, TEXTS, Schemas

_DEEPEST = 5


class Values:
    """A generator of values for one document.

    It reads the schema loosely, one keyword after the other; whether what it makes is of the
    schema is for a validator to say.
    """

    def __init__(self, made: Schemas, document: dict[str, Any]) -> None:
        self.made = made
        self.chance = made.chance
        self.document = document

    def several(self, number: int) -> Iterator[Any]:
        for _ in range(number):
            yield self.one(self.document, 0)

    def one(self, schema: Any, depth: int) -> Any:
        chance = self.chance
        if not isinstance(schema, dict) or depth > _DEEPEST or chance.random() < 0.05:
            return self.made.value(1)
        if "$ref" in schema:
            return self.one(self.document["$defs"][schema["$ref"][-1]], depth + 1)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return chance.choice(schema["enum"])
        branches = [part for key in ("anyOf", "oneOf", "allOf") for part in schema.get(key, ())]
        branches += [schema[key] for key in ("then", "else", "if") if key in schema]
        if branches and chance.random() < 0.5:
            return self._grown(schema, self.one(chance.choice(branches), depth + 1), depth)
        return self._of_kind(self._kind(schema), schema, depth)

    def _kind(self, schema: dict[str, Any]) -> str:
        kinds = schema.get("type")
        if kinds is None:
            told = [kind for kind, words in _SAID.items() if not schema.keys().isdisjoint(words)]
            kinds = told or ["null", "boolean", "number", "string", "array", "object"]
        return kinds if isinstance(kinds, str) else str(self.chance.choice(kinds))

    def _of_kind(self, kind: str, schema: dict[str, Any], depth: int) -> Any:
        match kind:
            case "object":
                return self._grown(schema, {}, depth)
            case "array":
                return self._list(schema, depth)
            case "string":
                return self._text(schema)
            case "integer" | "number":
                return self._number(schema)
            case "boolean":
                return self.chance.random() < 0.5
        return None

    def _grown(self, schema: dict[str, Any], value: Any, depth: int) -> Any:
        """An object with the fields that the schema speaks of, and perhaps others."""
        if not isinstance(value, dict):
            return value
        named = schema.get("properties", {})
        names = dict.fromkeys((*schema.get("required", ()), *named, *KEYS))
        made = dict(value)
        most = schema.get("maxProperties", 4)
        for name in names:
            wanted = 0.95 if name in schema.get("required", ()) else 0.5 if name in named else 0.15
            if len(made) < most and name not in made and self.chance.random() < wanted:
                inner = named.get(name, schema.get("additionalProperties", True))
                made[name] = self.one(inner, depth + 1)
        return made

    def _list(self, schema: dict[str, Any], depth: int) -> list[Any]:
        prefix = schema.get("prefixItems", [])
        low, high = schema.get("minItems", 0), schema.get("maxItems", 4)
        length = self.chance.randint(low, high) if low <= high else low
        rest = schema.get("items", schema.get("unevaluatedItems", True))
        made = [self.one(prefix[i] if i < len(prefix) else rest, depth + 1) for i in range(length)]
        if made and "contains" in schema and self.chance.random() < 0.7:
            made[self.chance.randrange(len(made))] = self.one(schema["contains"], depth + 1)
        return made

    def _text(self, schema: dict[str, Any]) -> str:
        if self.chance.random() < 0.6:
            return self.chance.choice(TEXTS)
        low = schema.get("minLength", 0)
        length = self.chance.randint(low, max(low, schema.get("maxLength", 4)))
        return "".join(self.chance.choice("ab0") for _ in range(length))

    def _number(self, schema: dict[str, Any]) -> Any:
        bounds = [schema[key] for key in _SAID["number"] if key in schema]
        pick = self.chance.choice((*NUMBERS, *bounds, *bounds))
        step = self.chance.choice((0, 0, 1, -1, 0.5, schema.get("multipleOf", 2)))
        return pick + step


_SAID: dict[str, tuple[str, ...]] = {
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "string": ("minLength", "maxLength", "pattern", "format"),
    "array": ("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems"),
    "object": ("properties", "required", "additionalProperties", "patternProperties"),
}
