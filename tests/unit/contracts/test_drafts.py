"""Documents of every draft, and every way to refer, said as one 2020-12 document."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from jsonschema.validators import validator_for

from agentgraph.contracts._lift import lift
from agentgraph.contracts.validate import validator
from agentgraph.errors import SchemaError

DRAFTS = {
    4: "http://json-schema.org/draft-04/schema#",
    6: "http://json-schema.org/draft-06/schema#",
    7: "http://json-schema.org/draft-07/schema#",
    2019: "https://json-schema.org/draft/2019-09/schema",
}
VALUES: list[Any] = [
    None, True, 0, 1, 5, 5.5, 10, "", "a", "abc", [], [1], ["a"], ["a", 1], ["a", "b"], [1, 2, 3],
    {}, {"a": 1}, {"a": "x"}, {"a": 1, "b": 2}, {"b": []}, {"c": {"a": 1}}, {"c": {"c": {"a": "x"}}},
]  # fmt: skip
OLD: list[tuple[int, dict[str, Any]]] = [
    (4, {"type": "number", "minimum": 5, "exclusiveMinimum": True, "maximum": 10}),
    (4, {"maximum": 5, "exclusiveMaximum": False}),
    (4, {"id": "http://x.example/", "properties": {"a": {"$ref": "#/definitions/n"}}, "definitions": {"n": {"type": "integer"}}}),
    (4, {"items": [{"type": "string"}], "additionalItems": {"type": "integer"}}),
    (4, {"const": 5}),
    (4, {"dependencies": {"a": ["b"]}}),
    (6, {"contains": {"const": 1}, "exclusiveMinimum": 4}),
    (6, {"$id": "http://x.example/", "properties": {"a": {"$ref": "#foo"}}, "definitions": {"n": {"$id": "#foo", "type": "integer"}}}),
    (7, {"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"type": "array"}}),
    (7, {"items": [True, {"type": "integer"}], "additionalItems": False}),
    (7, {"items": {"type": "string"}, "additionalItems": False}),
    (7, {"properties": {"a": {"$ref": "#/definitions/n", "maximum": 0}}, "definitions": {"n": {"type": "integer"}}}),
    (7, {"dependencies": {"a": {"required": ["b"]}, "b": ["a"]}}),
    (7, {"properties": {"a": {"type": "integer"}, "c": {"$ref": "#"}}}),
    (7, {"properties": {"a": {"$ref": "#/properties/b/items/0"}, "b": {"items": [{"type": "integer"}]}}}),
    (2019, {"items": [{"type": "string"}], "unevaluatedItems": False}),
    (2019, {"properties": {"a": {"type": "integer"}, "c": {"$recursiveRef": "#"}}, "$recursiveAnchor": True}),
    (2019, {"$defs": {"n": {"$anchor": "x", "type": "integer"}}, "properties": {"a": {"$ref": "#x", "minimum": 1}}}),
]  # fmt: skip


@pytest.mark.parametrize(("draft", "schema"), OLD, ids=str)
def test_a_lifted_schema_means_what_it_meant(draft: int, schema: dict[str, Any]) -> None:
    given = {"$schema": DRAFTS[draft], **schema}
    before = validator_for(given)(given)
    after = jsonschema.Draft202012Validator(lift(given))
    ours = validator(given)
    for value in VALUES:
        assert after.is_valid(value) == before.is_valid(value) == ours.is_valid(value), value


NEW: list[tuple[dict[str, Any], Any, Any]] = [
    ({"$ref": "#/$defs/a%25b~1c", "$defs": {"a%b/c": {"const": 1}}}, 1, 2),
    (
        {"$anchor": "top", "properties": {"c": {"$ref": "#top"}}, "required": ["c"], "$defs": {}},
        None,
        {},
    ),
    (
        {
            "$id": "http://x.example/root",
            "$ref": "sub/leaf",
            "$defs": {"s": {"$id": "sub/", "$defs": {"l": {"$id": "leaf", "type": "integer"}}}},
        },
        1,
        "a",
    ),
    (
        {
            "$id": "urn:x:1",
            "$ref": "urn:x:2#n",
            "$defs": {"o": {"$id": "urn:x:2", "$defs": {"i": {"$anchor": "n", "const": 1}}}},
        },
        1,
        2,
    ),
    ({"$dynamicRef": "#n", "$defs": {"n": {"$dynamicAnchor": "n", "type": "string"}}}, "a", 1),
    ({"dependencies": {"a": ["b"]}}, {"b": 1}, {"a": 1}),
]


@pytest.mark.parametrize(("schema", "valid", "invalid"), NEW, ids=str)
def test_references_of_every_kind_lead_where_they_should(
    schema: Any, valid: Any, invalid: Any
) -> None:
    lifted = lift(schema)
    assert "$id" not in str(lifted)
    for check in (validator(schema), jsonschema.Draft202012Validator(lifted)):
        assert check.is_valid(valid)
        assert not check.is_valid(invalid)


def test_a_document_that_is_plain_already_is_left_as_it_is() -> None:
    plain = {"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}
    assert lift(plain) is plain
    assert lift(True) is True


def test_every_reference_that_leads_out_or_nowhere_is_named() -> None:
    schema = {"properties": {"a": {"$ref": "http://elsewhere.example/a"}, "b": {"$ref": "#none"}}}
    with pytest.raises(SchemaError) as caught:
        lift(schema)
    assert len(caught.value.problems) == 2
    assert all("nothing is ever fetched" in p.help for p in caught.value.problems)
