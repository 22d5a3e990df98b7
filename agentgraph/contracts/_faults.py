"""What keeps a Python type from crossing an edge as JSON, and what its schema leaves unsaid.

Both are read off pydantic's core schema: the one description of what it will really do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import isfinite
from typing import Any

from msgspec import Struct, field

from agentgraph.contracts._reading import names_read
from agentgraph.contracts._unsaid import changes_case, function_name, is_shown, rewrites, unsaid
from agentgraph.errors import Problem

_NO_JSON = {
    "callable": "a callable has no JSON form",
    "is-instance": "an arbitrary object has no JSON form",
    "is-subclass": "a class has no JSON form",
    "generator": "an iterator is used up by writing it as JSON",
    "arguments": "call arguments have no JSON form",
    "call": "a call has no JSON form",
    "ellipsis": "`...` has no JSON form",
}
_HELP = {
    "callable": "name the function by a str",
    "is-instance": "describe it with a pydantic model, a dataclass or a TypedDict",
    "generator": "use a list",
}
_UNREADABLE = {"tuple", "none", "bytes", "list", "nullable", "model", "dataclass", "complex"}
_ENCODED = {"base64", "hex"}
_INNER = ("schema", "items_schema", "values_schema", "extras_schema", "return_schema")
_PLAIN = (str, int, float, bool, type(None))


class Audit(Struct, eq=False):
    """What was found in one type.

    `refines` are sentences. `unions`, `enums` and `rewritten` are the parts, and the places of
    what the user does to values, whose round trip has to be tried. `loose` says that it holds `Any`.
    """

    problems: list[Problem] = field(default_factory=list)
    refines: list[str] = field(default_factory=list)
    unions: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    enums: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    rewritten: list[str] = field(default_factory=list)
    definitions: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    loose: bool = False


def audit(core: Mapping[str, Any], name: str) -> Audit:
    """All that is to be said about a core schema; places read `Order.lines[].price`."""
    walk = _Walk(Audit())
    walk.node(core, name, {})
    return walk.found


class _Walk(Struct, eq=False):
    found: Audit
    seen: set[str] = field(default_factory=set)

    def node(self, node: Mapping[str, Any], place: str, config: Mapping[str, Any]) -> None:
        kind = node.get("type", "")
        config = {**config, **node.get("config", {})}
        if message := _NO_JSON.get(kind):
            self._problem(message, place, _HELP.get(kind, ""))
            return
        if (special := _SPECIAL.get(kind)) is not None:
            special(self, node, place, config)
        if rewrites(node) or (kind == "str" and changes_case(node, config)):
            self.found.rewritten.append(place)
        for sentence in unsaid(node, place, config):
            self._refine(sentence)
        for child, where in _children(node, place):
            self.node(child, where, config)

    def _problem(self, message: str, place: str, help_: str = "") -> None:
        problem = Problem(message, where=place, help=help_)
        if problem not in self.found.problems:
            self.found.problems.append(problem)

    def _refine(self, sentence: str) -> None:
        if sentence not in self.found.refines:
            self.found.refines.append(sentence)

    def definition(self, node: Mapping[str, Any], place: str, config: Mapping[str, Any]) -> None:
        for part in node["definitions"]:
            self.found.definitions[part["ref"]] = part
        self.node(node["schema"], place, config)

    def reference(self, node: Mapping[str, Any], place: str, config: Mapping[str, Any]) -> None:
        target = node["schema_ref"]
        if target not in self.seen and target in self.found.definitions:
            self.seen.add(target)
            self.node(self.found.definitions[target], place, config)

    def function(self, node: Mapping[str, Any], place: str, config: Mapping[str, Any]) -> None:  # noqa: ARG002
        function = node["function"]["function"]
        module = getattr(function, "__module__", None) or ""
        if module.startswith("pydantic.types") and "Secret" in getattr(function, "__name__", ""):
            self._problem(
                "a secret is masked when it is written, so it cannot be read back",
                place,
                "use str, and keep secrets out of the state",
            )
        elif not is_shown(node) and not _parses(node):
            name = function_name(function)
            self._refine(f"`{place}` is checked by `{name}`, which its schema does not show")

    def enum(self, node: Mapping[str, Any], place: str, config: Mapping[str, Any]) -> None:  # noqa: ARG002
        values = [member.value for member in node["members"]]
        if any(map(_has_no_json, values)):
            self._unwritable(values, place)
        elif not all(isinstance(value, _PLAIN) for value in values):
            self.found.enums.append((place, node))

    def literal(self, node: Mapping[str, Any], place: str, config: Mapping[str, Any]) -> None:  # noqa: ARG002
        self._unwritable(node["expected"], place)

    def default(self, node: Mapping[str, Any], place: str, config: Mapping[str, Any]) -> None:
        # Bytes are judged by how their type is written.
        default = node.get("default")
        if isinstance(default, float) and config.get("ser_json_inf_nan", "null") == "null":
            self._unwritable([default], place)

    def _unwritable(self, values: Iterable[Any], place: str) -> None:
        for value in filter(_has_no_json, values):
            self._problem(f"{value!r} has no JSON form", place, "use values of str or int")

    def bytes_(self, node: Mapping[str, Any], place: str, config: Mapping[str, Any]) -> None:  # noqa: ARG002
        written, read = config.get("ser_json_bytes", "utf8"), config.get("val_json_bytes", "utf8")
        if written != read or written not in _ENCODED:
            self._problem(
                "bytes that are not UTF-8 have no JSON form",
                place,
                "use str, or set ser_json_bytes and val_json_bytes to 'base64' in the model's config",
            )

    def json_(self, node: Mapping[str, Any], place: str, config: Mapping[str, Any]) -> None:  # noqa: ARG002
        self._problem(
            "Json[...] is read from a string but written as a value", place, "use the inner type"
        )

    def any_(self, node: Mapping[str, Any], place: str, config: Mapping[str, Any]) -> None:  # noqa: ARG002
        self.found.loose = True

    def moment(self, node: Mapping[str, Any], place: str, config: Mapping[str, Any]) -> None:
        if config.get("ser_json_temporal", "iso8601") != "iso8601":
            self._problem(
                "written as a number, its offset is lost",
                place,
                "leave ser_json_temporal at 'iso8601'",
            )
        if node.get("now_op"):
            self._refine(
                f"`{place}` must be in the {node['now_op']}, which its schema does not show"
            )

    def timedelta(self, node: Mapping[str, Any], place: str, config: Mapping[str, Any]) -> None:  # noqa: ARG002
        if (
            config.get("ser_json_timedelta") == "float"
            or config.get("ser_json_temporal", "iso8601") != "iso8601"
        ):
            self._problem(
                "written as a number, but its schema reads a string",
                place,
                "leave ser_json_timedelta at 'iso8601'",
            )

    def parsed(self, node: Mapping[str, Any], place: str, config: Mapping[str, Any]) -> None:  # noqa: ARG002
        self._refine(f"`{place}` must parse as {node['type']}, which its schema shows in part only")

    def mapping(self, node: Mapping[str, Any], place: str, config: Mapping[str, Any]) -> None:  # noqa: ARG002
        keys = node.get("keys_schema", {"type": "any"})
        kind = keys.get("type")
        if kind == "any":
            self.found.loose = True
        elif kind in _UNREADABLE or (kind in ("literal", "enum") and not _text_members(keys)):
            self._problem(
                f"keys of kind {kind} cannot be read back from JSON", place, "use str keys"
            )

    def union(self, node: Mapping[str, Any], place: str, config: Mapping[str, Any]) -> None:  # noqa: ARG002
        if (
            "custom_error_type" not in node
        ):  # pydantic's own, as in Path: one value, two ways to read it
            self.found.unions.append((place, node))

    def field_(self, node: Mapping[str, Any], place: str, config: Mapping[str, Any]) -> None:
        name = place.rpartition(".")[2]
        if node.get("serialization_exclude"):
            self._problem(
                "excluded when it is written, so its value would be lost",
                place,
                "make it a private attribute, or write it",
            )
            return
        written = node.get("serialization_alias", name)
        read = names_read(node, name, config)
        if written not in read:
            names = " or ".join(f"`{n}`" for n in sorted(read)) or "a path inside another key"
            self._problem(
                f"written as `{written}` but read as {names}",
                place,
                "give it one alias, with Field(alias=...)",
            )
        if node.get("serialization_exclude_if") is not None:
            if node["schema"].get("type") != "default":
                self._problem("may be left out when it is written, but must be there", place)
            self.found.rewritten.append(place)
        if node.get("init_only") or node.get("init") is False:
            self._problem("not both written and read (init)", place, "make it an ordinary field")

    def fields(self, node: Mapping[str, Any], place: str, config: Mapping[str, Any]) -> None:
        if node.get("computed_fields") and config.get("extra_fields_behavior") == "forbid":
            names = ", ".join(f"`{c['property_name']}`" for c in node["computed_fields"])
            self._problem(
                f"computed fields {names} are written, but reading forbids extras",
                place,
                "set extra='ignore', or make them plain properties",
            )


_Special = Callable[[_Walk, Mapping[str, Any], str, Mapping[str, Any]], None]
_SPECIAL: dict[str, _Special] = {
    "definitions": _Walk.definition,
    "definition-ref": _Walk.reference,
    "function-before": _Walk.function,
    "function-after": _Walk.function,
    "function-wrap": _Walk.function,
    "function-plain": _Walk.function,
    "bytes": _Walk.bytes_,
    "json": _Walk.json_,
    "any": _Walk.any_,
    "complex": _Walk.parsed,
    "fraction": _Walk.parsed,
    "url": _Walk.parsed,
    "multi-host-url": _Walk.parsed,
    "date": _Walk.moment,
    "datetime": _Walk.moment,
    "time": _Walk.moment,
    "timedelta": _Walk.timedelta,
    "dict": _Walk.mapping,
    "counter": _Walk.mapping,
    "enum": _Walk.enum,
    "literal": _Walk.literal,
    "default": _Walk.default,
    "union": _Walk.union,
    "model-field": _Walk.field_,
    "dataclass-field": _Walk.field_,
    "typed-dict-field": _Walk.field_,
    "model-fields": _Walk.fields,
    "dataclass-args": _Walk.fields,
    "typed-dict": _Walk.fields,
}


def _children(node: Mapping[str, Any], place: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    kind = node.get("type")
    if kind in ("definitions", "json"):
        return
    if kind == "lax-or-strict":
        yield node["strict_schema" if node.get("strict") else "lax_schema"], place
    elif kind == "json-or-python":
        yield node["json_schema"], place
    elif kind in ("model-fields", "typed-dict"):
        yield from ((f, f"{place}.{name}") for name, f in node["fields"].items())
    elif kind in ("dataclass-args", "named-tuple"):
        yield from ((f, f"{place}.{f['name']}") for f in node["fields"])
    yield from _items(node, place)


def _items(node: Mapping[str, Any], place: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    for key in _INNER:
        inner = node.get(key)
        where = place if key in ("schema", "return_schema") else f"{place}[]"
        if isinstance(inner, Mapping) and "type" in inner:
            yield inner, where
        elif isinstance(inner, list):
            yield from ((part, f"{place}[{i}]") for i, part in enumerate(inner))
    choices = node.get("choices", ())
    for choice in choices.values() if isinstance(choices, Mapping) else choices:
        yield (choice[0] if isinstance(choice, tuple) else choice), place
    yield from ((step, place) for step in node.get("steps", ()))


def _parses(node: Mapping[str, Any]) -> bool:
    return node.get("schema", {}).get("type") in ("url", "multi-host-url")


def _has_no_json(value: object) -> bool:
    """Whether it is a number that JSON cannot write, or bytes that are no text."""
    if isinstance(value, float):
        return not isfinite(value)
    if not isinstance(value, bytes):
        return False
    try:
        value.decode()
    except UnicodeDecodeError:
        return True
    return False


def _text_members(keys: Mapping[str, Any]) -> bool:
    if keys.get("type") == "literal":
        return all(isinstance(e, str) for e in keys["expected"])
    return keys.get("type") == "enum" and all(isinstance(m.value, str) for m in keys["members"])
