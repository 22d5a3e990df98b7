"""Pairs of each class that containment has to decide, both ways."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from agentgraph.contracts.relation import compare
from agentgraph.contracts.types import contract_of
from agentgraph.errors import SchemaError, TypeNotJsonError

DRAFT4, DRAFT7 = (
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-07/schema#",
)


def member(number: int, kind: str) -> dict[str, Any]:
    properties = {"kind": {"const": f"k{number}"}, "v": {"type": kind}}
    return {"type": "object", "properties": properties, "required": ["kind"]}


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]


class Fish(BaseModel):
    kind: Literal["fish"]


class Tagged(BaseModel):
    kind: Literal["a"] = "a"
    x: int


class AlsoTagged(BaseModel):
    kind: Literal["b"] = "b"
    y: int


class Node(BaseModel):
    value: int
    children: list[Node] = []


class Wide(BaseModel):
    value: float
    children: list[Wide] = []


Pets = Annotated[Cat | Dog, Field(discriminator="kind")]
MorePets = Annotated[Cat | Dog | Fish, Field(discriminator="kind")]


def tagged(*tags: str) -> dict[str, Any]:
    members = [{"properties": {"t": {"const": tag}}, "required": ["t"]} for tag in tags]
    return {"type": "object", "oneOf": members}


def chain(number: str) -> dict[str, Any]:
    """A list whose end is null: a recursive schema."""
    cell = {"type": "object", "properties": {"v": {"type": number}, "next": {"$ref": "#/$defs/l"}}}
    return {
        "$ref": "#/$defs/l",
        "$defs": {"l": {"anyOf": [{"type": "null"}, {**cell, "required": ["v", "next"]}]}},
    }


def rows(number: int, width: int, cell: dict[str, Any]) -> dict[str, Any]:
    row = {"type": "array", "items": cell, "minItems": width, "maxItems": width}
    return {"type": "array", "items": row, "minItems": number, "maxItems": number}


FITS: dict[str, tuple[Any, Any]] = {
    "integers are numbers": ({"type": "integer"}, {"type": "number"}),
    "bounds": ({"minimum": 3, "maximum": 4, "type": "number"}, {"exclusiveMinimum": 2}),
    "multiples": ({"multipleOf": 6}, {"allOf": [{"multipleOf": 2}, {"multipleOf": 3}]}),
    "tenths": ({"type": "number", "multipleOf": 0.1}, {"multipleOf": 0.01}),
    "integers between": (
        {"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 3},
        {"enum": [1, 2]},
    ),
    "patterns": ({"type": "string", "pattern": "^[a-f]{2,4}$"}, {"pattern": "^[a-z]+$"}),
    "a pattern bounds the length": ({"type": "string", "pattern": "^.{2,4}$"}, {"maxLength": 4}),
    "look-ahead": (
        {"type": "string", "pattern": "^(?=.*[0-9])[a-z0-9]{8}$"},
        {"pattern": "[0-9]", "minLength": 8},
    ),
    "a format within itself": ({"type": "string", "format": "date"}, {"format": "date"}),
    "an unknown format within itself": ({"type": "string", "format": "x-id"}, {"format": "x-id"}),
    "a format has a shape": ({"type": "string", "format": "date"}, {"pattern": "^[0-9-]+$"}),
    "unions": ({"anyOf": [{"const": 1}, {"type": "string"}]}, {"type": ["string", "integer"]}),
    "an enum across members": (
        {"type": "object", "properties": {"t": {"enum": ["a", "b"]}}, "required": ["t"]},
        tagged("a", "b"),
    ),
    "fewer tags": (tagged("a", "b"), tagged("a", "b", "c")),
    "recursion": (chain("integer"), chain("number")),
    "closed within open": (
        {"properties": {"a": {}}, "additionalProperties": False, "type": "object"},
        {"properties": {"b": False}},
    ),
    "what a name may be": ({"propertyNames": {"enum": ["a", "b"]}}, {"maxProperties": 2}),
    "no more names than there are": (
        {"type": "object", "propertyNames": {"pattern": "^[ab]$"}, "minProperties": 3},
        False,
    ),
    "pigeons": ({"type": "array", "items": {"enum": [1, 2]}, "uniqueItems": True}, {"maxItems": 2}),
    "contains": (
        {"type": "array", "prefixItems": [{"const": 1}], "minItems": 1},
        {"contains": {"type": "integer"}},
    ),
    "never that one": ({"type": "integer"}, {"not": {"const": "a"}}),
    "conditions": ({"type": "string"}, {"if": {"type": "integer"}, "then": {"minimum": 5}}),
    "dependencies": (
        {"properties": {"a": False}},
        {"dependentSchemas": {"a": {"required": ["b"]}}},
    ),
    "unevaluated": (
        {"properties": {"a": {}}, "additionalProperties": False},
        {"anyOf": [{"properties": {"a": True}}], "unevaluatedProperties": False},
    ),
    "draft 4": (
        {"$schema": DRAFT4, "minimum": 0, "exclusiveMinimum": True, "type": "number"},
        {"exclusiveMinimum": 0},
    ),
    "drafts mixed": (
        {"$schema": DRAFT7, "items": [{"type": "string"}], "additionalItems": False},
        {"prefixItems": [{"type": "string"}], "items": False},
    ),
    "anchors and identifiers": (
        {
            "$id": "http://x.example/a",
            "$ref": "b#n",
            "$defs": {"b": {"$id": "b", "$defs": {"c": {"$anchor": "n", "const": 1}}}},
        },
        {"const": 1},
    ),
    "nothing": ({"allOf": [{"type": "string"}, {"type": "integer"}]}, {"const": 1}),
    "types: tags": (Pets, MorePets),
    "types: recursive": (Node, Wide),
    "types: a model within its open self": (Cat, Cat),
    "a URI is not empty": ({"type": "string", "format": "uri"}, {"minLength": 2}),
    "many patterns for keys": (
        {
            "type": "object",
            "patternProperties": {f"^x-{i}": {"type": "integer"} for i in range(9)},
            "additionalProperties": False,
        },
        {"additionalProperties": {"type": "number"}},
    ),
    "eighty members told apart by a tag": (
        {"oneOf": [member(n, "integer") for n in range(80)]},
        {"oneOf": [member(n, "number") for n in range(80)]},
    ),
    "a table of many rows": (
        {
            "type": "object",
            "properties": {"rows": rows(16_512, 8, {"type": "number", "minimum": 0})},
            "required": ["rows"],
            "additionalProperties": False,
        },
        {"properties": {"rows": {"items": {"items": {"type": "number"}}}}},
    ),
    "a table of very many rows": (
        rows(1_000_000, 2, {"const": 1}),
        rows(1_000_000, 2, {"minimum": 1}),
    ),
    "a tag may take several values": (
        {"anyOf": [member(n, "integer") for n in range(3)]},
        {
            "oneOf": [
                {**member(0, "integer"), "properties": {"kind": {"enum": ["k0", "k1"]}}},
                member(2, "number"),
            ]
        },
    ),
}
MISSES: dict[str, tuple[Any, Any]] = {
    "numbers are not integers": ({"type": "number"}, {"type": "integer"}),
    "multiples the other way": ({"multipleOf": 3, "type": "integer"}, {"multipleOf": 6}),
    "patterns the other way": ({"type": "string", "pattern": "^[a-z]+$"}, {"pattern": "^[a-f]+$"}),
    "a pattern without an end": ({"type": "string", "pattern": "^a"}, {"pattern": "^a+$"}),
    "more tags": (tagged("a", "b", "c"), tagged("a", "b")),
    "recursion the other way": (chain("number"), chain("integer")),
    "just one item": ({"type": "array", "minItems": 1}, {"minItems": 2}),
    "not that one": ({"type": "string"}, {"not": {"const": "a"}}),
    "open within closed": ({"type": "object"}, {"additionalProperties": False}),
    "two of one": (
        {"type": "array", "contains": {"const": 1}, "minContains": 2},
        {"contains": {"const": 1}, "maxContains": 1},
    ),
    "a condition unmet": ({}, {"if": {"type": "integer"}, "then": {"minimum": 5}}),
    "true is not 1": ({"const": True}, {"const": 1}),
    "a key by pattern": ({"type": "object"}, {"patternProperties": {"^x-": {"type": "string"}}}),
    "what speaks of objects evaluates no items": (
        {"type": "array", "minItems": 1},
        {"dependentSchemas": {"a": {"items": True}}, "unevaluatedItems": False},
    ),
    "a URI that is long": ({"format": "uri", "type": "string"}, {"maxLength": 2083}),
    "a text that is no host name": ({"type": "string"}, {"format": "hostname"}),
    "a date and time that is long": ({"type": "string", "format": "date-time"}, {"maxLength": 40}),
    "types: tags": (MorePets, Pets),
    "types: recursive": (Wide, Node),
    "types: a tag with a default is asked for": (
        {
            "properties": {"x": {"type": "integer"}},
            "required": ["x"],
            "additionalProperties": False,
        },
        Annotated[Tagged | AlsoTagged, Field(discriminator="kind")],
    ),
    "a tag that may be missing tells nothing apart": (
        {"const": {"v": 1}},
        {"oneOf": [{**member(n, "number"), "required": []} for n in range(2)]},
    ),
    "a tag that two members share": (
        {"const": {"kind": "k0", "v": 1}},
        {"oneOf": [member(0, "number"), member(0, "integer")]},
    ),
    "a tag of what need be no object": (
        {"type": "null"},
        {
            "oneOf": [
                {k: v for k, v in member(n, "number").items() if k != "type"} for n in range(2)
            ]
        },
    ),
}


@pytest.mark.parametrize(("produced", "accepted"), FITS.values(), ids=FITS)
def test_what_fits_is_proved_to_fit(produced: Any, accepted: Any) -> None:
    verdict = compare(produced, accepted)
    assert (verdict.status, verdict.why_undecided) == ("compatible", "")
    assert not verdict.has_witness


@pytest.mark.parametrize(("produced", "accepted"), MISSES.values(), ids=MISSES)
def test_what_does_not_fit_is_shown_by_a_value(produced: Any, accepted: Any) -> None:
    verdict = compare(produced, accepted)
    assert verdict.status == "incompatible"
    assert verdict.has_witness
    assert verdict.reasons


def test_equal_numbers_are_equal_however_they_are_written() -> None:
    assert compare({"const": 1}, {"const": 1.0}).status == "compatible"
    assert compare({"const": {"a": [1.0]}}, {"enum": [{"a": [1]}]}).status == "compatible"


@pytest.mark.parametrize(
    ("produced", "accepted", "why"),
    [
        ({"type": "string"}, {"format": "x-id"}, "nobody checks the format 'x-id'"),
        ({"type": "string"}, {"pattern": "^(a)\\1$", "minLength": 0}, "beyond regular"),
        ({"$ref": "#"}, {"type": "string"}, "refers to itself"),
    ],
)
def test_what_cannot_be_told_is_said_with_the_reason(
    produced: Any, accepted: Any, why: str
) -> None:
    verdict = compare(produced, accepted)
    if verdict.status != "incompatible":
        assert verdict.status == "undecided"
        assert why in verdict.why_undecided


def test_contracts_types_and_schemas_may_be_mixed_and_take_the_right_reading() -> None:
    cat = contract_of(Cat)
    assert compare(cat, Cat).status == compare(Cat, cat.accepted).status == "compatible"
    assert compare(Cat, cat.produced).status == "compatible"
    assert compare(cat.accepted, cat.produced).status == "incompatible"


def test_what_is_no_schema_is_an_error_and_no_verdict() -> None:
    with pytest.raises(SchemaError):
        compare({"type": "strin"}, {"type": "strin"})
    with pytest.raises(SchemaError):
        compare({}, {"minLength": -1})
    with pytest.raises(TypeNotJsonError):
        compare(str, bytes)


def test_little_fuel_gives_no_answer_rather_than_a_guess() -> None:
    hard = {
        "type": "array",
        "allOf": [{"contains": {"const": i}, "maxContains": 1} for i in range(9)],
    }
    verdict = compare(hard, {"maxItems": 3}, fuel=50)
    assert (verdict.status, verdict.why_undecided) == ("undecided", "out of fuel")


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_the_verdict_is_the_same_under_every_hash_seed(seed: str) -> None:
    program = (
        "from agentgraph.contracts.relation import compare\n"
        "a = {'properties': {k: {'type': ['string', 'integer']} for k in 'xyz'}, 'required': ['x', 'y']}\n"
        "b = {'anyOf': [{'properties': {k: {'pattern': '^[a-c]+$'}}} for k in 'zyx'], 'minProperties': 3}\n"
        "print(compare(a, b))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    scope: dict[str, Any] = {}
    exec(program.replace("print(compare(a, b))", "verdict = compare(a, b)"), scope)
    assert ran.stdout.strip() == repr(scope["verdict"])


def test_the_room_hands_out_its_questions_by_name() -> None:
    from agentgraph import contracts

    names = ("compare", "narrow", "covers", "overlap", "empty", "subtract_text", "validator")
    assert all(callable(getattr(contracts, name)) for name in (*names, "contract_of"))


@pytest.mark.parametrize(
    "wrap", [lambda s: s, lambda s: {"anyOf": [s]}], ids=["listed", "searched"]
)
def test_a_long_value_that_is_written_down_is_no_smaller_for_its_length(wrap: Any) -> None:
    """What was too long to be shown once counted as refuted, and the answer was yes."""
    long = [0] * 20_000
    verdict = compare(wrap({"enum": [long, []]}), {"type": "array", "maxItems": 3})

    assert verdict.status == "incompatible"
    assert verdict.witness == long


def test_values_that_are_ruled_out_are_tried_one_by_one() -> None:
    assert compare({"type": "integer"}, {"not": {"enum": ["a", 1.5]}}).is_compatible
    assert compare({"type": "integer"}, {"not": {"enum": ["a", 3]}}).witness == 3
    assert compare({"enum": [1, 2], "minimum": 2}, {"const": 2}).is_compatible


def test_long_lists_are_not_searched_for_each_of_their_members() -> None:
    """Fuel says so, not a clock: a list as long as the fuel is told from a pattern and from a bound."""
    names = [f"v{i}" for i in range(5_000)]
    pattern = {"type": "string", "pattern": "^(a+)+(b|a)*(a|aa)+$"}

    assert compare(pattern, {"enum": names}).witness == "aa"
    assert compare({"enum": names}, {"type": "string", "maxLength": 5}).is_compatible
    assert compare({"enum": names}, {"maxLength": 4}).witness == "v1000"


def test_whoever_changes_a_witness_changes_no_verdict_but_his_own() -> None:
    sides = {"type": "object", "required": ["a"]}, {"required": ["b"]}
    compare(*sides).witness["b"] = 1
    assert compare(*sides).witness == {"a": None}
