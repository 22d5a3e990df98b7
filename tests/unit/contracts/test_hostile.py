"""Schemas made to hurt: an answer, "undecided" or a clear error, soon and in little memory."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from agentgraph.contracts.validate import validator
from agentgraph.errors import SchemaError


def doubling(keyword: str, depth: int) -> dict[str, Any]:
    defs: dict[str, Any] = {
        f"a{i}": {keyword: [{"$ref": f"#/$defs/a{i + 1}"}, {"$ref": f"#/$defs/a{i + 1}"}]}
        for i in range(depth)
    }
    return {"$ref": "#/$defs/a0", "$defs": {**defs, f"a{depth}": {"type": "object"}}}


def trees(depth: int) -> dict[str, Any]:
    both = {
        f"a{i}": {
            "type": "object",
            "properties": {side: {"$ref": f"#/$defs/a{i + 1}"} for side in "lr"},
            "required": ["l", "r"],
        }
        for i in range(depth)
    }
    return {"$ref": "#/$defs/a0", "$defs": {**both, f"a{depth}": {"type": "integer"}}}


def nested(depth: int, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    schema = schema or {}
    for _ in range(depth):
        schema = {"not": schema}
    return schema


HOSTILE: dict[str, Any] = {
    "doubling allOf": doubling("allOf", 40),
    "doubling oneOf": doubling("oneOf", 40),
    "doubling properties": trees(40),
    "nested": nested(180),
    "nested too deep": nested(900),
    "product of unions": {
        "allOf": [{"anyOf": [{"required": [f"k{i}{j}"]} for j in range(6)]} for i in range(25)]
    },
    "large enum": {"enum": [f"v{i}" for i in range(20_000)]},
    "wide union": {
        "anyOf": [{"properties": {"k": {"const": i}}, "required": ["k"]} for i in range(500)]
    },
    "exclusive union": {"oneOf": [{"properties": {f"p{i}": {"minimum": i}}} for i in range(60)]},
    "catastrophic pattern": {"type": "string", "pattern": "^(a+)+(b|a)*(a|aa)+$"},
    "pattern of many places": {"type": "string", "pattern": "^(x{1,50}){1,50}$(.*a){12}"},
    "counting pattern": {"type": "string", "pattern": "^(.*a.{14}|b{500}c)$"},
    "rings": {
        "$ref": "#/$defs/r0",
        "$defs": {
            f"r{i}": {"allOf": [{"$ref": f"#/$defs/r{i * k % 40}"} for k in (3, 7)]}
            for i in range(40)
        },
    },
    "itself": {"$ref": "#"},
    "not itself": {"not": {"$ref": "#"}},
    "endless": {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
    "endless list": {"type": "array", "items": {"$ref": "#"}, "minItems": 1},
    "huge list": {"type": "array", "minItems": 10**9},
    "huge text": {"type": "string", "minLength": 10**12},
    "huge text of a format": {"type": "string", "minLength": 10**12, "format": "date"},
    "huge object": {"type": "object", "minProperties": 10**9},
    "fine numbers": {"type": "number", "multipleOf": 1e-300, "minimum": 1e300},
    "many counts": {
        "type": "array",
        "allOf": [{"contains": {"const": i}, "maxContains": 2} for i in range(14)],
    },
    "many patterns": {
        "patternProperties": {f"k{i}": {"minimum": i} for i in range(60)},
        "additionalProperties": False,
        "minProperties": 3,
    },
    "many cases": {
        "unevaluatedProperties": False,
        "anyOf": [{"properties": {f"p{i}": {}}} for i in range(40)],
    },
    "more than there can be": {"contains": {"const": 1}, "minContains": 10**12},
    "pigeons": {
        "type": "array",
        "uniqueItems": True,
        "minItems": 40,
        "items": {"type": "integer", "minimum": 1, "maximum": 39},
    },
}
PROGRAM = """
import json, re, sys
from agentgraph.contracts.relation import compare
hostile = json.load(sys.stdin)
plain = {"type": "object", "properties": {"x": {"type": "string"}}}
for pair in ((hostile, plain), (plain, hostile), (hostile, {"allOf": [plain, {}]}), (hostile, hostile)):
    try:
        assert compare(*pair).status in ("compatible", "incompatible", "undecided")
    except RecursionError:
        raise SystemExit("recursion")
# Not ru_maxrss: that begins at what the parent held when it forked, and a test runner holds a lot.
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) // 1024)
"""


@pytest.mark.parametrize("schema", HOSTILE.values(), ids=HOSTILE)
def test_nothing_hangs_crashes_or_fills_the_memory(schema: Any) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(schema),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) < 200


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "strin"}, '"strin" is no type of JSON; did you mean "string"\\?'),
        ({"type": ["null", "text"]}, '"text" is no type of JSON; known are null, boolean'),
        ({"properties": []}, "properties"),
        ({"required": "a"}, "required"),
        ({"pattern": "["}, "must be a regular expression"),
        ({"$ref": "#/$defs/none"}, "'#/\\$defs/none' leads to nothing"),
        ({"$ref": "http://elsewhere.example/x"}, "leads to nothing"),
        ({"$schema": "http://example.com/own"}, "not known"),
        ({"minimum": float("nan")}, "not JSON"),
        ({"enum": {1, 2}}, "not JSON"),
        ("string", "a schema is an object"),
        ([], "a schema is an object"),
        (nested(250), "too deep"),
        ({"enum": ["x" * 600_000]}, "too large"),
        (nested(150, {"enum": list(range(4_000))}), "too much under one `not`"),
        ({"$ref": "#"}, "has no end"),
        ({"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"not": {"$ref": "#"}}}}, "has no end"),
        ({"const": "\ud800"}, "half a character"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_no_usable_schema_is_refused_and_said_why(schema: Any, said: str) -> None:
    with pytest.raises(SchemaError, match=said):
        validator(schema).is_valid(1)


def test_all_that_is_wrong_with_a_schema_is_told_at_once() -> None:
    with pytest.raises(SchemaError) as caught:
        validator({"type": 5, "properties": {"a": {"minLength": "x", "required": [1]}}})
    assert {p.where for p in caught.value.problems} == {
        "#/type",
        "#/properties/a/minLength",
        "#/properties/a/required/0",
    }
