"""JSON Schema 2020-12 to nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agentgraph.contracts._lift import UNMODELLED
from agentgraph.contracts._references import target
from agentgraph.contracts.solve.nodes import FALSE, TRUE, Arena
from agentgraph.contracts.solve.tags import are_told_apart
from agentgraph.contracts.solve.unevaluated import unevaluated_items, unevaluated_props
from agentgraph.contracts.solve.values import NAMED_KINDS, OBJECT, exact
from agentgraph.model.contract import Json, Schema


class Formulas:
    """Makes nodes of documents. References are followed when they are first asked for."""

    def __init__(self, arena: Arena) -> None:
        self.arena = arena
        self.documents: list[Schema] = []
        self.tagged: set[int] = set()
        """Members of unions that a tag tells apart."""
        self._targets: dict[int, int] = {}
        self._made: dict[tuple[int, int], int] = {}

    def document(self, schema: Schema) -> int:
        """The signed node of a whole document."""
        self.documents.append(schema)
        return self.made(schema, len(self.documents) - 1)

    def made(self, schema: Json, document: int) -> int:
        """The signed node of a schema in that document."""
        if isinstance(schema, bool):
            return TRUE if schema else FALSE
        if not isinstance(schema, dict):
            return self.arena.add("opaque", "something that is no schema where one should be")
        # The same dict is met again when a reference leads to it: one node will do.
        key = (id(schema), document)
        if key not in self._made:
            self._made[key] = self._parts(schema, document)
        return self._made[key]

    def target(self, reference: int) -> int:
        """What a ("ref", document, pointer) node leads to."""
        found = self._targets.get(reference)
        if found is None:
            _, document, pointer = self.arena.nodes[reference]
            schema = self.resolved(document, pointer)
            found = self._targets[reference] = self.made(schema, document)
        return found

    def resolved(self, document: int, reference: str) -> Json:
        """The schema that a `#/...` reference of the document leads to; None: nowhere."""
        return target(self.documents[document], reference)

    def _parts(self, schema: dict[str, Any], document: int) -> int:
        # In the table's order, whatever the document's: the search goes by it.
        present = sorted(_ORDER.keys() & schema.keys(), key=_ORDER.__getitem__)
        parts = [_KEYWORDS[name](self, schema, document) for name in present]
        if not schema.keys().isdisjoint(_PROPS):
            parts.append(self._props(schema, document))
        if not schema.keys().isdisjoint(_ITEMS):
            parts.append(self._items(schema, document))
        return self.arena.all(parts)

    def _props(self, schema: dict[str, Any], document: int) -> int:
        return self.arena.props(
            {k: self.made(v, document) for k, v in schema.get("properties", {}).items()},
            {k: self.made(v, document) for k, v in schema.get("patternProperties", {}).items()},
            self.made(schema.get("additionalProperties", True), document),
        )

    def _items(self, schema: dict[str, Any], document: int) -> int:
        prefix = [self.made(part, document) for part in schema.get("prefixItems", ())]
        return self.arena.items(prefix, self.made(schema.get("items", True), document))

    def reference(self, schema: dict[str, Any], document: int) -> int:
        """`$ref`."""
        return self.arena.add("ref", document, schema["$ref"])

    def type_(self, schema: dict[str, Any], document: int) -> int:  # noqa: ARG002
        """`type`."""
        names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        mask = 0
        for name in names:
            mask |= NAMED_KINDS[name]
        kinds = self.arena.kinds(mask)
        if "integer" in names and "number" not in names:
            return self.arena.all((kinds, self.arena.add("multiple", exact(1))))
        return kinds

    def conditional(self, schema: dict[str, Any], document: int) -> int:
        """`if`, `then`, `else`."""
        test = self.made(schema["if"], document)
        yes = self.made(schema.get("then", True), document)
        no = self.made(schema.get("else", True), document)
        return self.arena.all((self.arena.any((-test, yes)), self.arena.any((test, no))))

    def contains(self, schema: dict[str, Any], document: int) -> int:
        """`contains`, `minContains`, `maxContains`."""
        low, high = schema.get("minContains", 1), schema.get("maxContains")
        high = None if high is None else int(high)
        if low == 0 and high is None:
            return TRUE
        return self.arena.add("count", self.made(schema["contains"], document), int(low), high)

    def needs(self, schema: dict[str, Any], document: int) -> int:  # noqa: ARG002
        """`dependentRequired`."""
        return self.arena.all(
            self._if_there(key, self.arena.all(self.arena.add("required", n) for n in names))
            for key, names in schema["dependentRequired"].items()
        )

    def depends(self, schema: dict[str, Any], document: int) -> int:
        """`dependentSchemas`."""
        return self.arena.all(
            self._if_there(key, self.made(part, document))
            for key, part in schema["dependentSchemas"].items()
        )

    def _if_there(self, key: str, part: int) -> int:
        return self.arena.unless(OBJECT, self.arena.any((-self.arena.add("required", key), part)))


_Keyword = Callable[[Formulas, dict[str, Any], int], int]


def _literal(node: str, keyword: str, convert: Callable[[Any], Any]) -> _Keyword:
    return lambda formulas, schema, _: formulas.arena.add(node, convert(schema[keyword]))


def _each(keyword: str) -> Callable[[Formulas, dict[str, Any], int], list[int]]:
    return lambda formulas, schema, doc: [formulas.made(part, doc) for part in schema[keyword]]


def _one_of(formulas: Formulas, schema: dict[str, Any], document: int) -> int:
    parts = _each("oneOf")(formulas, schema, document)
    if len(parts) == 1:
        return parts[0]
    told = _told_apart(formulas, schema, "oneOf", parts, document)
    return formulas.arena.any(parts) if told else formulas.arena.add("one_of", *parts)


def _any_of(formulas: Formulas, schema: dict[str, Any], document: int) -> int:
    parts = _each("anyOf")(formulas, schema, document)
    _told_apart(formulas, schema, "anyOf", parts, document)
    return formulas.arena.any(parts)


def _told_apart(
    formulas: Formulas, schema: dict[str, Any], keyword: str, parts: list[int], document: int
) -> bool:
    told = are_told_apart(
        schema[keyword],
        lambda reference: formulas.resolved(document, reference),
        objects=schema.get("type") == "object",
    )
    if told:
        formulas.tagged.update(parts)
    return told


_PROPS = {"properties", "patternProperties", "additionalProperties"}
_ITEMS = {"prefixItems", "items"}
_KEYWORDS: dict[str, _Keyword] = {
    "$ref": Formulas.reference,
    UNMODELLED: lambda f, s, _: f.arena.add("opaque", str(s[UNMODELLED])),
    "type": Formulas.type_,
    "const": lambda f, s, _: f.arena.enum([s["const"]]),
    "enum": lambda f, s, _: f.arena.enum(s["enum"]),
    "required": lambda f, s, _: f.arena.all(f.arena.add("required", n) for n in s["required"]),
    "minimum": _literal("min", "minimum", exact),
    "maximum": _literal("max", "maximum", exact),
    "exclusiveMinimum": _literal("more", "exclusiveMinimum", exact),
    "exclusiveMaximum": _literal("less", "exclusiveMaximum", exact),
    "multipleOf": _literal("multiple", "multipleOf", exact),
    "minLength": _literal("min_length", "minLength", int),
    "maxLength": _literal("max_length", "maxLength", int),
    "pattern": _literal("pattern", "pattern", str),
    "format": _literal("format", "format", str),
    "minItems": _literal("min_items", "minItems", int),
    "maxItems": _literal("max_items", "maxItems", int),
    "uniqueItems": lambda f, s, _: f.arena.add("unique") if s["uniqueItems"] else TRUE,
    "contains": Formulas.contains,
    "minProperties": _literal("min_props", "minProperties", int),
    "maxProperties": _literal("max_props", "maxProperties", int),
    "propertyNames": lambda f, s, d: f.arena.add("names", f.made(s["propertyNames"], d)),
    "dependentRequired": Formulas.needs,
    "dependentSchemas": Formulas.depends,
    "allOf": lambda f, s, d: f.arena.all(_each("allOf")(f, s, d)),
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": lambda f, s, d: -f.made(s["not"], d),
    "if": Formulas.conditional,
    "unevaluatedItems": unevaluated_items,
    "unevaluatedProperties": unevaluated_props,
}
_ORDER = {name: place for place, name in enumerate(_KEYWORDS)}
