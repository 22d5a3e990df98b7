"""`unevaluatedProperties` and `unevaluatedItems`, told case by case.

What is evaluated depends on which subschemas the value meets. Each combination of them is one
case: in it, the keyword is an ordinary additionalProperties (or items).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from agentgraph.contracts._lift import UNMODELLED
from agentgraph.contracts.solve.nodes import TRUE
from agentgraph.contracts.solve.values import OBJECT

if TYPE_CHECKING:
    from agentgraph.contracts.solve.formula import Formulas

_CASES = 256
_DEPTH = 12


class _Case(Struct, frozen=True):
    """Where `condition` holds, these are evaluated; `items` counts places from the front."""

    condition: tuple[int, ...] = ()
    names: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    items: int = 0
    contains: tuple[int, ...] = ()
    all_props: bool = False
    all_items: bool = False

    def also(self, other: _Case) -> _Case:
        return _Case(
            self.condition + other.condition,
            self.names | other.names,
            self.patterns | other.patterns,
            max(self.items, other.items),
            self.contains + other.contains,
            self.all_props or other.all_props,
            self.all_items or other.all_items,
        )


class _TooManyError(Exception):
    pass


def unevaluated_props(formulas: Formulas, schema: dict[str, Any], document: int) -> int:
    """A signed node for the keyword, in the light of all that stands beside it."""
    arena, rest = formulas.arena, formulas.made(schema["unevaluatedProperties"], document)
    cases = _cases(formulas, schema, document, "unevaluatedProperties")
    if cases is None:
        return arena.add("opaque", "unevaluatedProperties beside too many alternatives")
    return arena.any(
        arena.all(
            (
                *case.condition,
                TRUE
                if case.all_props
                else arena.props(
                    dict.fromkeys(sorted(case.names), TRUE),
                    dict.fromkeys(sorted(case.patterns), TRUE),
                    rest,
                ),
            )
        )
        for case in cases
    )


def unevaluated_items(formulas: Formulas, schema: dict[str, Any], document: int) -> int:
    """A signed node for the keyword, in the light of all that stands beside it."""
    arena, rest = formulas.arena, formulas.made(schema["unevaluatedItems"], document)
    cases = _cases(formulas, schema, document, "unevaluatedItems")
    if cases is None:
        return arena.add("opaque", "unevaluatedItems beside too many alternatives")
    return arena.any(
        arena.all(
            (
                *case.condition,
                TRUE
                if case.all_items
                else arena.items([TRUE] * case.items, arena.any((*case.contains, rest))),
            )
        )
        for case in cases
    )


def _cases(
    formulas: Formulas, schema: dict[str, Any], document: int, keyword: str
) -> list[_Case] | None:
    bare = {key: value for key, value in schema.items() if key != keyword}
    try:
        return _Cases(formulas, document).of(bare, 0)
    except _TooManyError:
        return None


class _Cases(Struct, eq=False):
    formulas: Formulas
    document: int

    def of(self, schema: Any, depth: int) -> list[_Case]:
        """The cases of a schema that the value meets."""
        if not isinstance(schema, dict):
            return [_Case()]
        if depth > _DEPTH or UNMODELLED in schema:
            raise _TooManyError
        cases = [self._own(schema)]
        for alternatives in self._choices(schema, depth + 1):
            cases = [case.also(other) for case in cases for other in alternatives]
            if len(cases) > _CASES:
                raise _TooManyError
        return cases

    def _own(self, schema: dict[str, Any]) -> _Case:
        contains = schema.get("contains")
        return _Case(
            names=frozenset(schema.get("properties", ())),
            patterns=frozenset(schema.get("patternProperties", ())),
            items=len(schema.get("prefixItems", ())),
            contains=() if contains is None else (self.formulas.made(contains, self.document),),
            all_props="additionalProperties" in schema or "unevaluatedProperties" in schema,
            all_items="items" in schema or "unevaluatedItems" in schema,
        )

    def _choices(self, schema: dict[str, Any], depth: int) -> Iterator[list[_Case]]:
        if "$ref" in schema:
            yield self.of(self.formulas.resolved(self.document, schema["$ref"]), depth)
        for part in schema.get("allOf", ()):
            yield self.of(part, depth)
        for keyword in ("anyOf", "oneOf"):
            for part in schema.get(keyword, ()):
                yield self._maybe(part, depth)
        for key, part in schema.get("dependentSchemas", {}).items():
            # Of what is no object it asks nothing, and so evaluates nothing there either.
            arena = self.formulas.arena
            there = arena.all((arena.kinds(OBJECT), arena.add("required", key)))
            yield self._guarded(there, self.of(part, depth), [_Case()])
        if "if" in schema:
            test = self.formulas.made(schema["if"], self.document)
            met = [
                a.also(b)
                for a in self.of(schema["if"], depth)
                for b in self.of(schema.get("then"), depth)
            ]
            yield self._guarded(test, met, self.of(schema.get("else"), depth))

    def _maybe(self, part: Any, depth: int) -> list[_Case]:
        return self._guarded(
            self.formulas.made(part, self.document), self.of(part, depth), [_Case()]
        )

    def _guarded(self, test: int, met: list[_Case], unmet: list[_Case]) -> list[_Case]:
        if all(case == _Case() for case in met + unmet):
            return [_Case()]
        return [_Case((test,)).also(case) for case in met] + [
            _Case((-test,)).also(case) for case in unmet
        ]
