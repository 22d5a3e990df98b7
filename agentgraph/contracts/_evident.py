"""What fits at sight: the accepting schema asks nothing that the producing one does not ask too.

Most questions of a graph are of this kind, a type against itself in its other reading. Only a yes
is ever seen, keyword by keyword; all else is left to the search.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import ge, le
from typing import Any, Final

from agentgraph.contracts._references import target
from agentgraph.contracts.solve.patterns import is_within
from agentgraph.model.contract import Json, Schema

SILENT: Final = frozenset(
    {"$comment", "$defs", "title", "description", "default", "deprecated", "examples"}
    | {"readOnly", "writeOnly"}
)
"""Keywords that say nothing about which values are admitted."""
_BOUNDS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), ge),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), le),
}
_ALIKE: Final = ("const", "format", "multipleOf", "uniqueItems")
_STEPS: Final = 1_000
"""Parts and values looked at, before it is left to the search."""
_STEPS_A_PATTERN: Final = 100


def fits_at_sight(produced: Schema, accepted: Schema) -> bool:
    """Whether the texts show that all that the first admits is admitted by the second.

    Both in their 2020-12 form. False: it is not to be seen, which says nothing.
    """
    return _Sight(produced, accepted).fits(produced, accepted)


class _Sight:
    def __init__(self, produced: Schema, accepted: Schema) -> None:
        self._produced, self._accepted = produced, accepted
        self._assumed: set[tuple[str, str]] = set()
        self._left = _STEPS

    def fits(self, one: Json, other: Json) -> bool:
        """Whether one part of the producing side fits a part of the other."""
        self._left -= 1
        if other is True or one is False:
            return True
        if not isinstance(one, dict) or not isinstance(other, dict) or self._left < 0:
            return False
        if "$ref" in one or "$ref" in other:
            return self._behind(one, other)
        return all(
            keyword in SILENT or (keyword in _SEEN and _SEEN[keyword](self, one, other))
            for keyword in other
        )

    def _behind(self, one: dict[str, Any], other: dict[str, Any]) -> bool:
        """References that stand alone are followed; of others it is not to be seen."""
        if any("$ref" in side and len(side.keys() - SILENT) > 1 for side in (one, other)):
            return False
        pair = (one.get("$ref", f"@{id(one)}"), other.get("$ref", f"@{id(other)}"))
        if pair in self._assumed:
            # Met again further down: each way around goes into the value, so it has an end.
            return True
        self._assumed.add(pair)
        if "$ref" in one:
            one = target(self._produced, one["$ref"])
        if "$ref" in other:
            other = target(self._accepted, other["$ref"])
        return self.fits(one, other)

    def bound(self, keyword: str, one: dict[str, Any], other: dict[str, Any]) -> bool:
        """A bound that is as tight."""
        return keyword in one and _BOUNDS[keyword](one[keyword], other[keyword])

    def type_(self, one: dict[str, Any], other: dict[str, Any]) -> bool:
        """`type`."""
        mine, theirs = _listed(one.get("type", ())), _listed(other["type"])
        if "type" not in one:
            return False
        return set(mine) <= {*theirs, *(("integer",) if "number" in theirs else ())}

    def enum(self, one: dict[str, Any], other: dict[str, Any]) -> bool:
        """`enum`."""
        values = one.get("enum", [one["const"]] if "const" in one else None)
        self._left -= len(other["enum"])
        return values is not None and set(map(repr, values)) <= set(map(repr, other["enum"]))

    def pattern(self, one: dict[str, Any], other: dict[str, Any]) -> bool:
        """`pattern`: a type that is written otherwise than it is read has two."""
        if one.get("pattern") == other["pattern"]:
            return True
        self._left -= _STEPS_A_PATTERN
        return "pattern" in one and self._left > 0 and is_within(one["pattern"], other["pattern"])

    def required(self, one: dict[str, Any], other: dict[str, Any]) -> bool:
        """`required`."""
        return set(other["required"]) <= set(one.get("required", ()))

    def properties(self, one: dict[str, Any], other: dict[str, Any]) -> bool:
        """`properties`: those that the other does not name can never be there."""
        mine, closed = one.get("properties", {}), one.get("additionalProperties") is False
        return all(
            self.fits(mine[name], part)
            if name in mine
            else closed and "patternProperties" not in one
            for name, part in other["properties"].items()
        )

    def additional(self, one: dict[str, Any], other: dict[str, Any]) -> bool:
        """`additionalProperties`, of all that the accepting side does not name."""
        if "patternProperties" in one or "patternProperties" in other:
            return False
        rest, named = other["additionalProperties"], other.get("properties", {})
        more = [part for name, part in one.get("properties", {}).items() if name not in named]
        parts = [one.get("additionalProperties", True), *more]
        return all(self.fits(part, rest) for part in parts)

    def items(self, one: dict[str, Any], other: dict[str, Any]) -> bool:
        """`items`, of lists without places of their own."""
        if "prefixItems" in one or "prefixItems" in other:
            return False
        return self.fits(one.get("items", True), other["items"])

    def any_of(self, one: dict[str, Any], other: dict[str, Any]) -> bool:
        """`anyOf`, each of whose members on one side has one on the other."""
        members = one.get("anyOf", [one])
        return all(any(self._afresh(member, part) for part in other["anyOf"]) for member in members)

    def _afresh(self, one: Json, other: Json) -> bool:
        """An attempt, nothing of which is assumed where it fails."""
        before = set(self._assumed)
        if self.fits(one, other):
            return True
        self._assumed = before
        return False


_Seen = Callable[[_Sight, dict[str, Any], dict[str, Any]], bool]


def _listed(types: Any) -> Any:
    return [types] if isinstance(types, str) else types


def _alike(keyword: str) -> _Seen:
    # As texts: to Python, 1 is True and 1.0.
    return lambda _, one, other: keyword in one and repr(one[keyword]) == repr(other[keyword])


def _bounded(keyword: str) -> _Seen:
    return lambda sight, one, other: sight.bound(keyword, one, other)


_SEEN: Final[dict[str, _Seen]] = {
    **{keyword: _alike(keyword) for keyword in _ALIKE},
    **{keyword: _bounded(keyword) for keyword in _BOUNDS},
    "type": _Sight.type_,
    "enum": _Sight.enum,
    "pattern": _Sight.pattern,
    "required": _Sight.required,
    "properties": _Sight.properties,
    "additionalProperties": _Sight.additional,
    "items": _Sight.items,
    "anyOf": _Sight.any_of,
}
