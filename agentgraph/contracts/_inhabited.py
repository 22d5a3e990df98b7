"""What admits a value at sight: most types do, and their text shows it.

Only a yes is ever seen; whatever a keyword makes doubtful is left to the search.
"""

from __future__ import annotations

from math import inf
from typing import Any, Final

from agentgraph.contracts._evident import SILENT
from agentgraph.contracts._references import target
from agentgraph.model.contract import Json, Schema

_LOOKED_AT: Final = {
    "null": frozenset({"type"}),
    "boolean": frozenset({"type"}),
    "string": frozenset({"type", "minLength", "maxLength"}),
    "integer": frozenset({"type", "minimum", "maximum"}),
    "number": frozenset({"type", "minimum", "maximum"}),
    "array": frozenset({"type", "items", "maxItems", "uniqueItems"}),
    "object": frozenset({"type", "properties", "required", "additionalProperties"}),
}
_STEPS: Final = 1_000
"""Parts looked at, before it is left to the search."""


def admits_at_sight(schema: Schema) -> bool:
    """Whether the text shows that some value is admitted.

    The schema in its 2020-12 form. False: it is not to be seen, which says nothing.
    """
    return _Sight(schema).admits(schema)


class _Sight:
    def __init__(self, document: Schema) -> None:
        self._document = document
        self._open: set[str] = set()
        self._left = _STEPS

    def admits(self, part: Json) -> bool:
        """Whether a part of the document evidently admits something."""
        self._left -= 1
        if part is True:
            return True
        if not isinstance(part, dict) or self._left < 0:
            return False
        said = part.keys() - SILENT
        if said == {"$ref"}:
            return self._behind(part["$ref"])
        if said == {"anyOf"}:
            return any(map(self.admits, part["anyOf"]))
        if "enum" in said:
            return _lists_some(part, said)
        return not said or self._of_kind(part, said)

    def _behind(self, reference: str) -> bool:
        if reference in self._open or not reference.startswith("#/"):
            return False  # where it is met again further down, a value made so would have no end
        self._open.add(reference)
        found = self.admits(target(self._document, reference))
        self._open.discard(reference)
        return found

    def _of_kind(self, part: dict[str, Any], said: set[str]) -> bool:
        kind = part.get("type")
        if not isinstance(kind, str) or not said <= _LOOKED_AT[kind]:
            return False
        if kind == "object":
            return self._has_required(part)
        if kind == "integer" and not all(isinstance(part[key], int) for key in said - {"type"}):
            return False
        lowest = part.get("minimum", part.get("minLength", -inf))
        return bool(lowest <= part.get("maximum", part.get("maxLength", inf)))

    def _has_required(self, part: dict[str, Any]) -> bool:
        """Whether all that must be there evidently can be."""
        named, rest = part.get("properties", {}), part.get("additionalProperties", True)
        return all(self.admits(named.get(name, rest)) for name in part.get("required", ()))


def _lists_some(part: dict[str, Any], said: set[str]) -> bool:
    """Whether one of the values that are written down is admitted."""
    if said == {"enum"}:
        return bool(part["enum"])
    texts = any(isinstance(value, str) for value in part["enum"])
    return said == {"enum", "type"} and part["type"] == "string" and texts
