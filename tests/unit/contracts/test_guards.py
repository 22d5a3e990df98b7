from __future__ import annotations

from typing import Any

import pytest

from agentgraph.contracts.guards import Cover, covers, empty, narrow, overlap
from agentgraph.contracts.relation import compare
from agentgraph.contracts.validate import validator


def has(name: str, schema: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {name: schema}, "required": [name]}


STATE = has("intent", {"enum": ["refund", "track", "other"]})
SCORE = has("score", {"type": "number"})


def test_a_route_that_names_every_value_covers_them() -> None:
    cases = [has("intent", {"const": v}) for v in ("refund", "track", "other")]
    assert covers(STATE, cases) == Cover("yes")


def test_a_case_that_was_forgotten_is_shown() -> None:
    cases = [has("intent", {"const": v}) for v in ("refund", "other")]
    cover = covers(STATE, cases)
    assert (cover.covered, cover.witness) == ("no", {"intent": "track"})


def test_a_gap_between_bounds_is_found_even_where_it_is_one_number() -> None:
    high, low = has("score", {"exclusiveMinimum": 5}), has("score", {"exclusiveMaximum": 5})
    assert covers(SCORE, [high, low]).witness == {"score": 5}
    assert covers(SCORE, [high, has("score", {"maximum": 5})]).covered == "yes"


def test_nothing_is_covered_by_no_guard_unless_there_is_nothing() -> None:
    assert covers(STATE, []).covered == "no"
    assert covers(False, []).covered == "yes"


def test_an_absent_field_satisfies_no_guard_on_it() -> None:
    maybe = {"type": "object", "properties": {"flag": {"type": "boolean"}}}
    cases = [has("flag", {"const": True}), has("flag", {"const": False})]
    assert covers(maybe, cases).witness == {}


def test_two_branches_that_can_both_fire_are_shown_by_one_value() -> None:
    high, low = has("score", {"minimum": 5}), has("score", {"maximum": 5})
    assert overlap(high, low, SCORE).witness == {"score": 5}
    assert overlap(high, has("score", {"exclusiveMaximum": 5}), SCORE).overlaps == "no"
    assert overlap(high, low, has("score", {"type": "string"})).overlaps == "yes"
    assert overlap(high, low, has("score", {"const": 4})).overlaps == "no"


def test_what_is_left_after_a_guard_is_narrower() -> None:
    left = narrow(STATE, has("intent", {"const": "refund"}))
    assert compare(left, has("intent", {"enum": ["refund"]})).is_compatible
    assert compare(left, STATE).is_compatible
    assert narrow(True, STATE) == STATE == narrow(STATE, True)
    assert narrow(STATE, False) is False


def test_narrowing_keeps_each_sides_references_apart() -> None:
    one = {"$ref": "#/$defs/t", "$defs": {"t": {"type": "string"}}}
    other = {"$ref": "#/$defs/t", "$defs": {"t": {"minLength": 2}}}
    both = validator(narrow(one, other))
    assert [both.is_valid(v) for v in ("ab", "a", 5)] == [True, False, False]
    looping = {"properties": {"next": {"$ref": "#"}}, "required": ["v"]}
    deep = validator(narrow(looping, {"type": "object"}))
    assert deep.is_valid({"v": 1, "next": {"v": 1}})
    assert not deep.is_valid({"v": 1, "next": {}})


@pytest.mark.parametrize(
    "schema",
    [
        False,
        {"type": "string", "minLength": 3, "maxLength": 2},
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
        {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
        {"enum": [1, "a"], "type": "array"},
    ],
    ids=str,
)
def test_what_admits_nothing_is_empty(schema: Any) -> None:
    assert empty(schema).empty == "yes"


def test_what_admits_something_shows_it() -> None:
    found = empty({"type": "string", "pattern": "^[a-c]{3}$"})
    assert (found.empty, found.witness) == ("no", "aaa")
    assert empty({"$ref": "#"}).empty == "unknown"


NO_TEXT: dict[str, Any] = {"additionalProperties": {"not": {"type": "string"}}}


def test_keys_that_several_guards_speak_of_are_told_apart() -> None:
    """A field that breaks the first guard must leave the second one its own."""
    produced = {"type": "object", "propertyNames": {"enum": ["a", "b"]}}
    answer = covers(produced, [NO_TEXT, {"patternProperties": {"^a$": {"type": "string"}}}])
    assert answer.covered == "no"
    assert answer.witness == {"b": "", "a": None}


def test_one_field_can_break_two_guards_where_there_is_room_for_one() -> None:
    guards: list[Any] = [
        {"additionalProperties": {"type": "integer"}},
        {"patternProperties": {"^zz$": {"type": "string"}}},
    ]
    answer = covers({"type": "object", "maxProperties": 1}, guards)
    assert answer.covered == "no"
    assert answer.witness == {"zz": None}
