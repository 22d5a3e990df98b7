"""Any draft's document as one self-contained 2020-12 document with references from its root."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import unquote, urldefrag, urljoin

from msgspec import Struct, field

from agentgraph.contracts._drafts import Draft, draft_of, is_metaschema, said_anew
from agentgraph.contracts._positions import is_schema, rebuilt, subschemas
from agentgraph.contracts._text import pointer
from agentgraph.errors import Problem, SchemaError
from agentgraph.model.contract import Json, Schema

UNMODELLED: Final = "x-agentgraph-unmodelled"
"""Stands in a lifted schema for what has no static meaning; its value says why."""
_REFERENCES: Final = ("$ref", "$dynamicRef", "$recursiveRef")
_SCOPED: Final = (
    "$id",
    "id",
    "$anchor",
    "$dynamicAnchor",
    "$recursiveAnchor",
    "$dynamicRef",
    "$recursiveRef",
)
# Keywords of older drafts that validators of 2020-12 differ on: said anew, so that all agree.
_DISPUTED: Final = ("dependencies", "additionalItems")
MAY_NEED_LIFTING: Final = ('"$', '"id"', *(f'"{name}"' for name in _DISPUTED))
"""A 2020-12 document whose text has none of these stays as it is."""


def lift(schema: Schema) -> Schema:
    """The document in 2020-12, all its references `#/...`; itself where it is that already.

    SchemaError: an unknown draft, or references that lead nowhere or out of the document.
    """
    draft = draft_of(schema)
    if draft is None:
        uri = schema["$schema"] if isinstance(schema, dict) else ""
        raise SchemaError(
            [
                Problem(
                    f"the draft {uri!r} is not known",
                    where="#/$schema",
                    help="use drafts 4, 6, 7, 2019-09 or 2020-12",
                )
            ]
        )
    if isinstance(schema, bool) or (draft == 2020 and _is_plain(schema)):
        return schema
    return _Lifter(schema, draft).document()


def _is_plain(schema: dict[str, Any]) -> bool:
    todo: list[Json] = [schema]
    while todo:
        node = todo.pop()
        if not isinstance(node, dict):
            continue
        if any(isinstance(node.get(key), (str, bool)) for key in _SCOPED):
            return False
        if not node.keys().isdisjoint(_DISPUTED):
            return False
        reference = node.get("$ref", "#")
        if reference != "#" and not (isinstance(reference, str) and reference.startswith("#/")):
            return False
        todo.extend(part for _, part in subschemas(node))
    return True


class _Place(Struct, frozen=True, eq=False):
    """A schema in the document and the base URI that holds there."""

    node: Json
    base: str


class _Lifter(Struct, eq=False):
    root: dict[str, Any]
    draft: Draft
    resources: dict[str, _Place] = field(default_factory=dict)
    anchors: dict[tuple[str, str], _Place] = field(default_factory=dict)
    dynamic: dict[str, list[tuple[str, _Place]]] = field(default_factory=dict)
    names: dict[tuple[int, str], str] = field(default_factory=dict)
    waiting: list[tuple[str, _Place]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def document(self) -> Schema:
        self.resources[""] = _Place(self.root, self._base(self.root, ""))
        self._index(self.root, "")
        made: Any = self._lifted(self.root, "")
        defs: dict[str, Any] = {}
        while self.waiting:
            name, place = self.waiting.pop()
            defs[name] = self._lifted(place.node, place.base)
        if self.problems:
            raise SchemaError(self.problems)
        return {**made, "$defs": dict(sorted(defs.items()))} if defs else dict(made)

    def _base(self, node: dict[str, Any], base: str) -> str:
        own = node.get("id" if self.draft == 4 else "$id")
        if self.draft <= 7 and "$ref" in node:
            return base
        return urljoin(base, urldefrag(own)[0]) if isinstance(own, str) else base

    def _index(self, root: dict[str, Any], base: str) -> None:
        todo: list[tuple[Json, str]] = [(root, base)]
        while todo:
            node, base = todo.pop()
            if not isinstance(node, dict):
                continue
            inner = self._base(node, base)
            place = _Place(node, inner)
            own = node.get("id" if self.draft == 4 else "$id")
            if isinstance(own, str):
                if inner != base or node is root:
                    self.resources.setdefault(inner, place)
                if fragment := urldefrag(own)[1]:
                    self.anchors.setdefault((inner, fragment), place)
            self._index_anchors(node, place)
            todo.extend((part, inner) for _, part in subschemas(node))

    def _index_anchors(self, node: dict[str, Any], place: _Place) -> None:
        for key in ("$anchor", "$dynamicAnchor"):
            if isinstance(node.get(key), str):
                self.anchors.setdefault((place.base, node[key]), place)
        if isinstance(node.get("$dynamicAnchor"), str):
            self.dynamic.setdefault(node["$dynamicAnchor"], []).append((place.base, place))
        if node.get("$recursiveAnchor") is True:
            self.dynamic.setdefault("$recursiveAnchor", []).append((place.base, place))

    def _lifted(self, node: Json, base: str) -> Json:
        if not isinstance(node, dict):
            return node
        base = self._base(node, base)
        made = said_anew(node, self.draft)
        made = rebuilt(
            {k: v for k, v in made.items() if k not in ("$defs", "definitions")},
            lambda part: self._lifted(part, base),
        )
        parts = [self._reference(key, made.pop(key), base) for key in _REFERENCES if key in made]
        if len(parts) == 1 and not set(parts[0]) & set(made):
            made.update(parts[0])
        elif parts:
            made["allOf"] = [*made.get("allOf", []), *parts]
        return made

    def _reference(self, key: str, reference: Json, base: str) -> dict[str, Any]:
        place = self._resolved(str(reference), base)
        if place is None and is_metaschema(urljoin(base, str(reference))):
            # Validators carry these with them.
            return {UNMODELLED: "it refers to the schema of schemas"}
        if place is None:
            self.problems.append(
                Problem(
                    f"the reference {reference!r} leads to nothing in this document",
                    help="put what it names under $defs; nothing is ever fetched",
                )
            )
            return {}
        if key != "$ref" and (why := self._dynamic(key, str(reference), place)):
            return {UNMODELLED: why}
        return {"$ref": pointer(("$defs", self._name(place, str(reference))))}

    def _dynamic(self, key: str, reference: str, place: _Place) -> str:
        """Why a dynamic reference has no static meaning; "" where it has."""
        name = "$recursiveAnchor" if key == "$recursiveRef" else urldefrag(reference)[1]
        target = place.node if isinstance(place.node, dict) else {}
        if target.get("$recursiveAnchor") is not True and target.get("$dynamicAnchor") != name:
            return ""
        if len({base for base, _ in self.dynamic.get(name, ())}) <= 1:
            return ""
        return f"{key} {reference!r} means something else in each place that it is reached from"

    def _name(self, place: _Place, reference: str) -> str:
        key = (id(place.node), place.base)
        if key not in self.names:
            last = unquote(reference).rstrip("/").rpartition("/")[2].rpartition("#")[2]
            wanted = re.sub(r"[^A-Za-z0-9_.-]+", "-", last) or "root"
            taken = set(self.names.values())
            name, number = wanted, 2
            while name in taken:
                name, number = f"{wanted}-{number}", number + 1
            self.names[key] = name
            self.waiting.append((name, place))
        return self.names[key]

    def _resolved(self, reference: str, base: str) -> _Place | None:
        uri, fragment = urldefrag(urljoin(base, reference))
        if reference.startswith("#"):
            uri, fragment = base, reference[1:]
        place = self.resources.get(uri) or (self.resources[""] if uri == "" else None)
        if place is None:
            return None
        if not fragment:
            return place
        if fragment.startswith("/"):
            return self._pointed(place, fragment)
        return self.anchors.get((place.base, unquote(fragment)))

    def _pointed(self, place: _Place, fragment: str) -> _Place | None:
        node, base = place.node, place.base
        for step in unquote(fragment).split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            if isinstance(node, dict) and key in node:
                node = node[key]
            elif isinstance(node, list) and key.isdigit() and int(key) < len(node):
                node = node[int(key)]
            else:
                return None
            if isinstance(node, dict):
                base = self._base(node, base)
        return _Place(node, base) if is_schema(node) else None
