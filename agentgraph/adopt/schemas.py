"""The classes that describe a state, as facts."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import sys
from collections.abc import Iterator
from functools import lru_cache
from types import ModuleType
from typing import Any, get_type_hints

from agentgraph.adopt.adopted import SchemaFacts
from agentgraph.model.source import Source
from agentgraph.read.files import SourceFile, read_file


@lru_cache(maxsize=1024)
def schema_facts(schema: Any) -> SchemaFacts:
    """What a state's class says of its keys. A class without keys is of kind "root"."""
    types = _types(schema)
    if types is None or not isinstance(schema, type):
        return SchemaFacts(
            made_of=schema,
            name=getattr(schema, "__name__", str(schema)),
            kind="root",
            types={},
            required=frozenset(),
            defaults={},
            lines={},
        )
    is_mapping = issubclass(schema, dict)
    defaults = {} if is_mapping else _defaults(schema)
    required = (
        getattr(schema, "__required_keys__", frozenset(types)) if is_mapping else frozenset(types)
    )
    lines = dict(reversed(list(_lines(schema))))
    found = _class(schema)
    return SchemaFacts(
        made_of=schema,
        name=schema.__name__,
        kind="mapping" if is_mapping else "object",
        types=types,
        required=frozenset(required) - set(defaults),
        defaults=defaults,
        lines=lines,
        attributes=frozenset() if is_mapping else frozenset(_attributes(schema)),
        validates=hasattr(schema, "model_fields"),
        source=found[0].place(found[1]) if found is not None else None,
        # A base that is stood in for may have keys of its own.
        is_whole=not any(getattr(type(one), "is_stand_in", False) for one in schema.__mro__),
    )


def wider_schemas(state: SchemaFacts) -> tuple[SchemaFacts, ...]:
    """The classes beside a state's own that have all of its keys, and more."""
    module = sys.modules.get(getattr(state.made_of, "__module__", ""))
    found = []
    for other in list(vars(module).values()) if module is not None and state.types else ():
        if isinstance(other, type) and other.__module__ == state.made_of.__module__:
            keys = set(getattr(other, "__annotations__", {}))
            facts = schema_facts(other) if keys and other is not state.made_of else None
            if facts is not None and set(facts.types) > set(state.types):
                found.append(facts)
    return tuple(found)


def _types(schema: Any) -> dict[str, Any] | None:
    try:
        found = get_type_hints(schema)
    except Exception:  # noqa: BLE001  # whatever a user's annotations may raise
        found = {}
    annotated = found or dict(getattr(schema, "__annotations__", {}) or {})
    return {name: hint for name, hint in annotated.items() if not _is_class_variable(hint)} or None


def _is_class_variable(hint: Any) -> bool:
    return str(hint).startswith("typing.ClassVar")


def _defaults(schema: type) -> dict[str, object]:
    if dataclasses.is_dataclass(schema):
        return {
            one.name: one.default
            for one in dataclasses.fields(schema)
            if one.default is not dataclasses.MISSING
            or one.default_factory is not dataclasses.MISSING
        }
    fields = getattr(schema, "model_fields", None)
    if fields is not None:
        return {name: one.default for name, one in fields.items() if not one.is_required()}
    return {**vars(schema)}


def _attributes(schema: type) -> Iterator[str]:
    for base in schema.__mro__:
        yield from vars(base)
    if "__getattr__" in dir(schema):
        yield "__getattr__"


def _lines(schema: type) -> Iterator[tuple[str, Source]]:
    """Each key where it is declared: in the class, then in those that it is made of."""
    found = _class(schema)
    if found is None:
        return
    file, node = found
    for one in node.body:
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            yield one.target.id, file.place(one)
    names = vars(_module(schema) or ModuleType("none"))
    for base in node.bases:
        other = names.get(base.id) if isinstance(base, ast.Name) else None
        if isinstance(other, type) and other is not schema:
            yield from _lines(other)


def _class(schema: type) -> tuple[SourceFile, ast.ClassDef] | None:
    module = _module(schema)
    path = getattr(module, "__file__", None) if module is not None else None
    file = read_file(path) if path else None
    found = file.class_named(schema.__qualname__.rpartition(".")[2]) if file is not None else None
    return (file, found) if file is not None and found is not None else None


def _module(schema: type) -> ModuleType | None:
    return sys.modules.get(schema.__module__) or inspect.getmodule(schema)
