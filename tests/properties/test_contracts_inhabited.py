"""What admits a value at sight admits one to the search too."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

from agentgraph.contracts._compiled import compiled
from agentgraph.contracts._inhabited import admits_at_sight
from agentgraph.contracts._question import DEFAULT_FUEL, ask
from agentgraph.contracts.guards import admits_nothing, empty
from agentgraph.errors import SchemaError
from tests.hunts.schemas import Schemas

FEW = 400 * int(os.environ.get("AGENTGRAPH_HUNT", "1"))
LEAVES: list[Any] = [
    True,
    False,
    {"type": "null"},
    {"enum": []},
    {"enum": [1], "type": "string"},
    {"enum": [1, "a"], "type": "string"},
    {"type": "string", "minLength": 3, "maxLength": 2},
    {"type": "integer", "minimum": 0.2, "maximum": 0.8},
    {"type": "number", "minimum": 0.2, "maximum": 0.8},
    {"type": "boolean", "title": "whether"},
    {"$ref": "#/$defs/d"},
]


def test_of_random_schemas() -> None:
    seen = [_seen(Schemas(random.Random(f"inhabited-{number}")).pair()[0]) for number in range(FEW)]
    assert sum(seen) > FEW // 10


def test_of_schemas_of_what_is_looked_at() -> None:
    seen = 0
    for number in range(FEW):
        chance = random.Random(f"inhabited-of-parts-{number}")
        seen += _seen({**_object(chance, 2), "$defs": {"d": _object(chance, 1)}})
    assert FEW // 4 < seen < FEW * 9 // 10


def _part(chance: random.Random, depth: int) -> Any:
    return _object(chance, depth) if depth and chance.random() < 0.7 else chance.choice(LEAVES)


def _object(chance: random.Random, depth: int) -> dict[str, Any]:
    if chance.random() < 0.3:
        return {"anyOf": [_part(chance, depth - 1) for _ in range(chance.randint(1, 2))]}
    made = {
        "type": chance.choice(["object", "object", "array"]),
        "properties": {name: _part(chance, depth - 1) for name in "ab" if chance.random() < 0.6},
        "required": [name for name in "ab" if chance.random() < 0.5],
        "additionalProperties": _part(chance, 0),
        "items": _part(chance, depth - 1),
        "minItems": 1,
        "minProperties": 1,
    }
    kept = {key: value for key, value in made.items() if chance.random() < 0.5}
    fitting = {"object": ("items", "minItems"), "array": ("required", "additionalProperties")}
    for key in fitting.get(kept.get("type", ""), ()):
        kept.pop(key, None)
    return kept


def _seen(schema: Any) -> bool:
    """Whether it is seen to admit a value; then it does."""
    try:
        made = compiled(schema)
    except SchemaError:
        return False  # a reference of it means nothing
    seen = admits_at_sight(made.schema)
    assert not (seen and ask([made], [], DEFAULT_FUEL).outcome.none), schema
    assert admits_nothing(schema) is (empty(schema).empty == "yes"), schema
    return seen


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/$defs/d", "$defs": {"d": {"required": ["d"], "properties": {"d": {}}}}},
        {"$ref": "#"},
        {"$ref": "#d", "$defs": {"d": {"$anchor": "d", "type": "string", "const": 1}}},
        {"type": "object", "required": ["a"], "additionalProperties": False},
        {"type": "string", "pattern": "^$", "minLength": 1},
        {"allOf": [{"type": "string"}, {"type": "null"}]},
    ],
)
def test_what_is_not_to_be_seen(schema: Any) -> None:
    assert not admits_at_sight(schema)


def test_a_type_that_holds_itself_has_a_value_where_it_may_end() -> None:
    tree = {"type": "object", "properties": {"next": {"$ref": "#/$defs/tree"}}}
    ends = {"anyOf": [{"$ref": "#/$defs/tree"}, {"type": "null"}]}
    needs_more = {**tree, "required": ["next"]}

    assert admits_at_sight({"$ref": "#/$defs/tree", "$defs": {"tree": tree}})
    assert not admits_at_sight({"$ref": "#/$defs/tree", "$defs": {"tree": needs_more}})
    assert admits_at_sight({**ends, "$defs": {"tree": needs_more}})
