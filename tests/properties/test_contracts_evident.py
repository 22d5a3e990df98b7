"""What is seen to fit at sight, the search does not refute; nor do values."""

from __future__ import annotations

import os
import random
from itertools import permutations
from typing import Any

import pytest

from agentgraph.contracts._compiled import compiled
from agentgraph.contracts._evident import fits_at_sight
from agentgraph.contracts._question import DEFAULT_FUEL, ask
from agentgraph.errors import SchemaError
from tests.hunts.schemas import Schemas
from tests.hunts.values import Values

FEW = 400 * int(os.environ.get("AGENTGRAPH_HUNT", "1"))
LEAVES: list[Any] = [
    True,
    False,
    {"type": "integer"},
    {"type": "number", "minimum": 0},
    {"type": ["string", "null"], "maxLength": 3},
    {"enum": [0, "a", False]},
    {"const": 1},
    {"const": True},
    {"type": "number", "minimum": 1},
    {"type": ["string", "null"], "maxLength": 2},
    {"type": "string", "pattern": "^a+$"},
    {"pattern": "a"},
    {"pattern": "^[ab]*$"},
    {"$ref": "#/$defs/d"},
]


def test_of_random_schemas() -> None:
    seen = 0
    for number in range(FEW):
        made = Schemas(random.Random(f"sight-{number}"))
        one, other = made.pair()
        closed = {**one, "additionalProperties": False}
        seen += _held(made, [one, other, closed, made.near(closed), made.near(one)])
    assert seen > FEW


def test_of_schemas_of_what_is_looked_at() -> None:
    seen = 0
    for number in range(FEW):
        chance = random.Random(f"looked-at-{number}")
        part = _object(chance, 2)
        parts = [part, *(_nearby(chance, part) for _ in range(4))]
        inner = chance.choice(LEAVES[:-1]), _part(chance, 1)
        documents = [{**part, "$defs": {"d": chance.choice(inner)}} for part in parts]
        seen += _held(Schemas(chance), documents)
    assert seen > FEW


def _part(chance: random.Random, depth: int) -> Any:
    if not depth or chance.random() < 0.2:
        return chance.choice(LEAVES)
    return _object(chance, depth)


def _nearby(chance: random.Random, part: dict[str, Any]) -> dict[str, Any]:
    """The part with a keyword less, or with one or two of another."""
    made = dict(part)
    if made and chance.random() < 0.4:
        del made[chance.choice(list(made))]
    other = _object(chance, 1)
    for key in chance.sample(list(other), min(len(other), chance.randint(0, 2))):
        made[key] = other[key]
    return made


def _object(chance: random.Random, depth: int) -> dict[str, Any]:
    def inner() -> Any:
        return _part(chance, depth - 1)

    def fields(names: str) -> dict[str, Any]:
        return {name: inner() for name in names if chance.random() < 0.5}

    made = {
        "type": chance.choice(["object", "array"]),
        "properties": fields("abc"),
        "patternProperties": fields("bc"),
        "additionalProperties": chance.choice([True, False, False, inner()]),
        "required": [name for name in "ab" if chance.random() < 0.5],
        "items": inner(),
        "prefixItems": [inner()],
        "minItems": chance.randint(0, 3),
        "anyOf": [inner() for _ in range(chance.randint(1, 3))],
    }
    return {key: value for key, value in made.items() if chance.random() < 0.4}


def _held(made: Schemas, schemas: list[Any]) -> int:
    """How many of the pairs are seen to fit; each of them does."""
    seen = 0
    for one, other in permutations(schemas, 2):
        try:
            produced, accepted = compiled(one), compiled(other)
        except SchemaError:
            continue  # a reference of it means nothing
        if fits_at_sight(produced.schema, accepted.schema):
            seen += 1
            assert not ask([produced], [accepted], DEFAULT_FUEL).outcome.found, (one, other)
            for value in Values(made, one).several(5):
                takes, refuses = produced.engine.admits(value), not accepted.engine.admits(value)
                assert not (takes and refuses), (one, other, value)
    return seen


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"const": 1}, {"const": True}),
        ({"enum": [0, 1]}, {"enum": [False, True]}),
        (
            {"additionalProperties": False, "patternProperties": {"b": {}}},
            {"properties": {"b": {"type": "null"}}},
        ),
    ],
)
def test_what_looks_alike_is_not_taken_for_it(one: Any, other: Any) -> None:
    assert not fits_at_sight(one, other)
