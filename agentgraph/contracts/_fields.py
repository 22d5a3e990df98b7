"""The fields of a model, TypedDict or dataclass, each with a contract of its own."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

import typing_extensions
from msgspec import Struct
from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

from agentgraph.contracts._codec import codec
from agentgraph.contracts._combine import any_of
from agentgraph.contracts._described import Described, described, type_name
from agentgraph.contracts._typeddicts import bound
from agentgraph.errors import ContractViolation, TypeNotJsonError
from agentgraph.model.contract import Contract, Json, Schema


class Missing:
    """The type of `MISSING`."""

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()
"""Stands for a default that there is not, or that has no JSON form."""


class FieldType(Struct, frozen=True, kw_only=True):
    """One field. `name` is its JSON key as written, `attribute` its name in Python.

    `annotation` keeps its Annotated metadata. An input must carry a `required` field; an
    object handed out carries an `always` one. `default` is JSON, or MISSING.
    """

    name: str
    attribute: str
    annotation: Any
    contract: Contract
    required: bool
    always: bool
    default: Json | Missing = MISSING

    __hash__ = None  # type: ignore[assignment]


class Fields(Struct, frozen=True, kw_only=True):
    """A type that is written and read field by field, in declared order."""

    annotation: Any
    fields: tuple[FieldType, ...]

    __hash__ = None  # type: ignore[assignment]

    def field(self, name: str) -> FieldType:
        """The field of that JSON key. KeyError: there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)


class _Declared(Struct, frozen=True, eq=False):
    attribute: str
    annotation: Any
    default: Any = MISSING


def fields_of(annotation: Any) -> Fields | None:
    """The per-field split of a model, TypedDict or dataclass, generic aliases of them too.

    None for any other type. TypeNotJsonError: a field has no faithful JSON form.
    """
    declared = _declared(annotation)
    if declared is None:
        return None
    whole = described(annotation)
    produced, accepted = _object(whole.produced), _object(whole.accepted)
    if produced is None or accepted is None:
        return None
    keys = _keys(whole.adapter.core_schema, [d.attribute for d in declared])
    parts = (_field(d, keys[d.attribute], whole, produced, accepted) for d in declared)
    return Fields(annotation=annotation, fields=tuple(parts))


def union_fields(annotation: Any) -> Fields | None:
    """The fields of a union of such types, merged; of a single one, its own. Else None.

    A field's contract is the union of the members'; it is `always` (or `required`) only
    where it is so in every member, and has a default only where all agree on it.
    """
    members = _members(annotation)
    split = [fields_of(member) for member in members]
    known = [s for s in split if s is not None]
    if not known or len(known) < len(split):
        return None
    if len(known) == 1:
        return known[0]
    names = dict.fromkeys(field.name for s in known for field in s.fields)
    merged = tuple(
        _merged(
            name, [f for s in known for f in s.fields if f.name == name], len(known), annotation
        )
        for name in names
    )
    return Fields(annotation=annotation, fields=merged)


def _members(annotation: Any) -> tuple[Any, ...]:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        return _members(arguments[0])
    return arguments if origin in (typing.Union, types.UnionType) else (annotation,)


def _merged(name: str, found: list[FieldType], members: int, annotation: Any) -> FieldType:
    everywhere = len(found) == members
    contracts = [f.contract for f in found]
    defaults = [f.default for f in found]
    union = found[0].annotation
    for field in found[1:]:
        union = union | field.annotation if union != field.annotation else union
    return FieldType(
        name=name,
        attribute=found[0].attribute,
        annotation=union,
        contract=Contract(
            name=f"{type_name(annotation)}.{name}",
            produced=any_of([c.produced for c in contracts]),
            accepted=any_of([c.accepted for c in contracts]),
            refines=tuple(dict.fromkeys(r for c in contracts for r in c.refines)),
        ),
        required=everywhere and all(f.required for f in found),
        always=everywhere and all(f.always for f in found),
        default=defaults[0] if everywhere and all(d == defaults[0] for d in defaults) else MISSING,
    )


def _field(
    declared: _Declared,
    key: str,
    whole: Described,
    produced: dict[str, Any],
    accepted: dict[str, Any],
) -> FieldType:
    place = f"{whole.name}.{declared.attribute}"
    return FieldType(
        name=key,
        attribute=declared.attribute,
        annotation=declared.annotation,
        contract=Contract(
            name=f"{whole.name}.{key}",
            produced=_part(produced, key, whole.produced),
            accepted=_part(accepted, key, whole.accepted),
            refines=tuple(r for r in whole.audit.refines if _is_about(r, place)),
        ),
        required=key in accepted.get("required", ()),
        always=key in produced.get("required", ()),
        default=_default(declared),
    )


def _is_about(sentence: str, place: str) -> bool:
    return any(f"`{place}{after}" in sentence for after in ("`", ".", "["))


def _part(schema: Mapping[str, Any], key: str, document: Schema) -> Schema:
    part = schema.get("properties", {}).get(key, True)
    if isinstance(document, dict) and isinstance(part, dict):
        part = part | {"$defs": used} if (used := _used(part, document.get("$defs", {}))) else part
    return part  # type: ignore[no-any-return]


def _used(part: Json, defs: Mapping[str, Json]) -> dict[str, Json]:
    """The definitions that the part reaches, in the document's order."""
    found: set[str] = set()
    todo = [part]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            name = str(node.get("$ref", "")).removeprefix("#/$defs/")
            if name in defs and name not in found:
                found.add(name)
                todo.append(defs[name])
            todo.extend(node.values())
        elif isinstance(node, list):
            todo.extend(node)
    return {name: schema for name, schema in defs.items() if name in found}


def _object(schema: Schema) -> dict[str, Any] | None:
    """The root object of a document, through the reference that a recursive type starts with."""
    document, seen = schema, 0
    while isinstance(schema, dict) and "$ref" in schema and isinstance(document, dict) and seen < 8:
        schema = document.get("$defs", {}).get(str(schema["$ref"]).rpartition("/")[2], False)
        seen += 1
    return schema if isinstance(schema, dict) and schema.get("type") == "object" else None


def _default(declared: _Declared) -> Json | Missing:
    if declared.default is MISSING:
        return MISSING
    try:
        return codec(declared.annotation).to_json(declared.default)
    except (ContractViolation, TypeNotJsonError):
        return MISSING


def _keys(core: Mapping[str, Any], attributes: list[str]) -> dict[str, str]:
    """The JSON key of each attribute, from the core schema's own fields."""
    keys = {name: name for name in attributes}
    for name, field in _core_fields(core):
        if name in keys:
            keys[name] = str(field.get("serialization_alias", name))
    return keys


def _core_fields(core: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    fields: Any = core.get("fields")
    if core.get("type") in ("model-fields", "typed-dict"):
        yield from fields.items()
    elif core.get("type") == "dataclass-args":
        yield from ((field["name"], field) for field in fields)
    elif core.get("type") == "definition-ref":
        return
    elif core.get("type") == "definitions":
        target = core["schema"].get("schema_ref")
        for part in core["definitions"]:
            if part["ref"] == target:
                yield from _core_fields(part)
        yield from _core_fields(core["schema"])
    elif isinstance(core.get("schema"), Mapping):
        yield from _core_fields(core["schema"])


def _declared(annotation: Any) -> list[_Declared] | None:
    if typing.get_origin(annotation) is Annotated:
        return _declared(typing.get_args(annotation)[0])
    cls = typing.get_origin(annotation) or annotation
    if not isinstance(cls, type):
        return None
    if issubclass(cls, BaseModel):
        return None if cls.__pydantic_root_model__ else _of_model(cls)
    if typing_extensions.is_typeddict(cls):
        return [_Declared(name, _bare(hint)) for name, hint in bound(annotation).items()]
    return _of_dataclass(annotation, cls) if dataclasses.is_dataclass(cls) else None


def _of_model(cls: type[BaseModel]) -> list[_Declared]:
    return [_Declared(name, _annotated(f), _of_info(f)) for name, f in cls.model_fields.items()]


def _annotated(info: FieldInfo) -> Any:
    metadata = list(info.metadata)
    if info.discriminator is not None:
        metadata.append(Field(discriminator=info.discriminator))
    return Annotated[(info.annotation, *metadata)] if metadata else info.annotation


def _of_info(info: FieldInfo) -> Any:
    if info.is_required():
        return MISSING
    if info.default_factory is not None:
        return _made(info.default_factory)
    return info.default


def _of_dataclass(annotation: Any, cls: Any) -> list[_Declared]:
    hints = bound(annotation)
    found = []
    for field in dataclasses.fields(cls):
        default: Any = MISSING
        if isinstance(field.default, FieldInfo):
            default = _of_info(field.default)
        elif field.default is not dataclasses.MISSING:
            default = field.default
        elif field.default_factory is not dataclasses.MISSING:
            default = _made(field.default_factory)
        found.append(_Declared(field.name, hints[field.name], default))
    return found


def _made(factory: Any) -> Any:
    # A class gives the same each time; a function (a clock, an id) may not.
    return (
        factory()
        if factory in (list, dict, set, frozenset, tuple, str, int, float, bool)
        else MISSING
    )


def _bare(hint: Any) -> Any:
    wrappers = (
        typing_extensions.Required,
        typing_extensions.NotRequired,
        typing_extensions.ReadOnly,
    )
    while typing.get_origin(hint) in wrappers:
        hint = typing.get_args(hint)[0]
    return hint
