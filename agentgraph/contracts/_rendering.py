"""A schema as a short type, the way a Python programmer would write it down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agentgraph.contracts import _temporal
from agentgraph.contracts._text import counted, listed, shown
from agentgraph.model.contract import Json, Schema

_NAMES = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
}
_FORMATS = {
    "date-time": "datetime",
    "date": "date",
    "time": "time",
    "uuid": "UUID",
    "duration": "timedelta",
}
_BOUNDS = {"minimum": ">=", "exclusiveMinimum": ">", "maximum": "<=", "exclusiveMaximum": "<"}
_DEPTH = 6
_TAGGED = {"oneOf", "required", "discriminator"}
"""All that a union says whose members, each, say more of the tag."""


class Rendering:
    """Renders the parts of one document. `members` bounds how much of an enum or object is shown."""

    def __init__(self, document: Schema, members: int) -> None:
        self.document = document
        self.members = members

    def text(self, schema: Json, depth: int = 0) -> str:
        """The schema as a type."""
        if not isinstance(schema, dict):
            return "Any" if schema is True else "never"
        if depth > _DEPTH:
            return "..."
        if "$ref" in schema:
            return self._reference(str(schema["$ref"]), depth)
        parts = list(dict.fromkeys(self._parts(schema, depth)))
        return " & ".join(parts) if parts else "Any"

    def _parts(self, schema: dict[str, Any], depth: int) -> Iterator[str]:
        if "const" in schema:
            yield shown(schema["const"])
        elif "enum" in schema:
            yield listed([shown(v) for v in schema["enum"]], self.members) or "never"
        elif "oneOf" not in schema or not schema.keys() <= _TAGGED:
            yield from self._typed(schema, depth)
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                yield self._union(schema[keyword], depth)
        for part in schema.get("allOf", ()):
            yield self.text(part, depth + 1)
        if "not" in schema:
            yield f"not ({self.text(schema['not'], depth + 1)})"
        if "if" in schema:
            yield "a condition"

    def _union(self, members: list[Json], depth: int) -> str:
        texts = list(dict.fromkeys(self.text(member, depth + 1) for member in members))
        for name in ("datetime", "time"):
            both = (f"aware {name}", f"naive {name}")
            if all(text in texts for text in both):
                texts = [name if t == both[0] else t for t in texts if t != both[1]]
        return listed(texts, self.members)

    def _typed(self, schema: dict[str, Any], depth: int) -> Iterator[str]:
        kinds = schema.get("type", _implied(schema))
        texts = [
            self._kind(kind, schema, depth)
            for kind in ([kinds] if isinstance(kinds, str) else kinds)
        ]
        if texts:
            yield " | ".join(texts)

    def _kind(self, kind: str, schema: dict[str, Any], depth: int) -> str:
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, depth)
        if kind == "string":
            return _string(schema)
        if kind in ("integer", "number"):
            bounds = [f"{sign} {shown(schema[k])}" for k, sign in _BOUNDS.items() if k in schema]
            bounds += (
                [f"multiple of {shown(schema['multipleOf'])}"] if "multipleOf" in schema else []
            )
            return " ".join([_NAMES[kind], *([", ".join(bounds)] if bounds else [])])
        return _NAMES.get(kind, kind)

    def _object(self, schema: dict[str, Any], depth: int) -> str:
        properties = schema.get("properties", {})
        needed = schema.get("required", ())
        names = [*properties, *(name for name in needed if name not in properties)]
        rest = schema.get("additionalProperties", True)
        if not names and not schema.get("patternProperties"):
            return f"dict[str, {self.text(rest, depth + 1)}]" if rest is not False else "{}"
        fields = [
            f"{name}{'' if name in needed else '?'}: {self.text(properties.get(name, True), depth + 1)}"
            for name in names
        ]
        fields += [
            f"/{pattern}/: {self.text(part, depth + 1)}"
            for pattern, part in schema.get("patternProperties", {}).items()
        ]
        if isinstance(rest, dict) and rest:
            fields.append(f"[any other]: {self.text(rest, depth + 1)}")
        return "{" + listed(fields, max(self.members, 12), ", ") + "}"

    def _array(self, schema: dict[str, Any], depth: int) -> str:
        prefix = [self.text(part, depth + 1) for part in schema.get("prefixItems", ())]
        rest = schema.get("items", True)
        if prefix:
            more = [] if rest is False or schema.get("maxItems") == len(prefix) else ["..."]
            return f"tuple[{', '.join(prefix + more)}]"
        name = "set" if schema.get("uniqueItems") else "list"
        return f"{name}[{self.text(rest, depth + 1)}]{_sized(schema, 'Items', 'item')}"

    def _reference(self, reference: str, depth: int) -> str:
        target: Json = self.document
        for step in reference.removeprefix("#").split("/")[1:]:
            target = (
                target.get(step.replace("~1", "/").replace("~0", "~"))
                if isinstance(target, dict)
                else None
            )
        name = reference.rpartition("/")[2] or "itself"
        if not isinstance(target, dict):
            return name
        if depth == 0 or "enum" in target or "const" in target:
            return self.text(target, depth + 1)
        return str(target.get("title", name))


def _implied(schema: dict[str, Any]) -> str | list[str]:
    """The kind that a schema without `type` speaks of."""
    if any(
        k in schema for k in ("properties", "required", "additionalProperties", "patternProperties")
    ):
        return "object"
    if any(k in schema for k in ("items", "prefixItems", "minItems", "maxItems", "uniqueItems")):
        return "array"
    if any(k in schema for k in ("pattern", "minLength", "maxLength", "format")):
        return "string"
    return "number" if any(k in schema for k in (*_BOUNDS, "multipleOf")) else []


def _string(schema: dict[str, Any]) -> str:
    pattern, format_ = schema.get("pattern"), schema.get("format")
    if pattern in _temporal.NAMES:
        return _temporal.NAMES[pattern]
    name = _FORMATS.get(str(format_), "str") if format_ else "str"
    said = [f"of format {format_}"] if format_ and name == "str" else []
    said += [f"matching {pattern}"] if pattern else []
    return " ".join([name + _sized(schema, "Length", "character"), *said])


def _sized(schema: dict[str, Any], what: str, noun: str) -> str:
    low: int | None = schema.get(f"min{what}")
    high: int | None = schema.get(f"max{what}")
    if low is not None and high is not None:
        return f" ({counted(low, noun)})" if low == high else f" ({low} to {counted(high, noun)})"
    if low is not None:
        return f" (at least {counted(low, noun)})"
    return "" if high is None else f" (at most {counted(high, noun)})"
