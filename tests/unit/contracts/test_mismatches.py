"""Mismatches as engineers meet them, and the sentences they get: `mismatches.txt` is the golden file.

After a change on purpose: `AGENTGRAPH_WRITE_GOLDEN=1 pytest tests/unit/contracts/test_mismatches.py`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from agentgraph.contracts.relation import Verdict, compare

GOLDEN = Path(__file__).with_name("mismatches.txt")


def O(extra: bool | None = None, **fields: Any) -> dict[str, Any]:  # noqa: E743
    """An object whose fields are all required; `extra=False` closes it."""
    made = {"type": "object", "properties": fields, "required": list(fields)}
    return made if extra is None else {**made, "additionalProperties": extra}


def closed(**fields: Any) -> dict[str, Any]:
    return O(extra=False, **fields)


def E(*values: Any) -> dict[str, Any]:
    return {"enum": list(values)}


def L(items: Any, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


def F(name: str) -> dict[str, Any]:
    return {"type": "string", "format": name}


def opt(schema: Any) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


S = {"type": "string"}
I = {"type": "integer"}  # noqa: E741
N = {"type": "number"}
B = {"type": "boolean"}

MISMATCHES: list[tuple[str, Any, Any]] = [
    ("renamed field", closed(order_id=S), O(orderId=S)),
    ("missing field", closed(a=S), O(a=S, total=N)),
    (
        "optional became required",
        {"type": "object", "properties": {"a": S, "note": S}, "required": ["a"]},
        O(a=S, note=S),
    ),
    (
        "enum widened",
        closed(reason=E("damaged", "late", "other", "lost")),
        O(reason=E("damaged", "late")),
    ),
    ("enum to const", closed(reason=E("damaged", "late")), O(reason={"const": "late"})),
    ("nested list item type", closed(lines=L(closed(price=S))), O(lines=L(O(price=N)))),
    ("union member added", closed(v={"anyOf": [S, I]}), O(v=S)),
    ("number to integer", closed(n=N), O(n=I)),
    ("open to closed", O(a=S), O(extra=False, a=S)),
    ("superfluous field", closed(a=S, b=S), O(extra=False, a=S)),
    ("pattern", closed(id=S), O(id={"type": "string", "pattern": "^C-[0-9]+$"})),
    (
        "narrower pattern",
        closed(id={"type": "string", "pattern": "^[A-Z]-[0-9]+$"}),
        O(id={"type": "string", "pattern": "^C-[0-9]+$"}),
    ),
    ("length", closed(name=S), O(name={"type": "string", "maxLength": 3})),
    ("min length", closed(name=S), O(name={"type": "string", "minLength": 1})),
    ("format", closed(d=S), O(d={"type": "string", "format": "date"})),
    ("null", closed(note=opt(S)), O(note=S)),
    ("minimum", closed(n=I), O(n={"type": "integer", "minimum": 0})),
    (
        "maximum",
        closed(n={"type": "integer", "minimum": 0, "maximum": 100}),
        O(n={"type": "integer", "minimum": 0, "maximum": 10}),
    ),
    (
        "exclusive minimum",
        closed(n={"type": "number", "minimum": 0}),
        O(n={"type": "number", "exclusiveMinimum": 0}),
    ),
    (
        "exclusive maximum",
        closed(n={"type": "number", "maximum": 1}),
        O(n={"type": "number", "exclusiveMaximum": 1}),
    ),
    (
        "multiple",
        closed(n={"multipleOf": 5, "type": "integer"}),
        O(n={"multipleOf": 10, "type": "integer"}),
    ),
    ("string to number", closed(n=S), O(n=N)),
    ("list to single", closed(x=L(S)), O(x=S)),
    ("single to list", closed(x=S), O(x=L(S))),
    ("empty list", closed(x=L(S)), O(x=L(S, minItems=1))),
    ("too many items", closed(x=L(S, maxItems=5)), O(x=L(S, maxItems=2))),
    ("repeats", closed(x=L(I)), O(x=L(I, uniqueItems=True))),
    (
        "tuple shorter",
        closed(p={"type": "array", "prefixItems": [I], "items": False, "minItems": 1}),
        O(p={"type": "array", "prefixItems": [I, I], "items": False, "minItems": 2}),
    ),
    (
        "tuple place",
        closed(p={"type": "array", "prefixItems": [I, S], "items": False, "minItems": 2}),
        O(p={"type": "array", "prefixItems": [I, I], "items": False, "minItems": 2}),
    ),
    ("object to text", closed(x=closed(a=S)), O(x=S)),
    ("deep", closed(a=closed(b=closed(c=E("x", "y")))), O(a=O(b=O(c=E("x"))))),
    (
        "map values",
        closed(m={"type": "object", "additionalProperties": N}),
        O(m={"type": "object", "additionalProperties": I}),
    ),
    (
        "map keys",
        closed(m={"type": "object", "additionalProperties": I}),
        O(m={"type": "object", "additionalProperties": I, "propertyNames": {"maxLength": 3}}),
    ),
    ("whole value", S, I),
    ("object needed", L(S), O(a=S)),
    (
        "tag added",
        {
            "oneOf": [
                closed(kind={"const": "cat"}, lives=I),
                closed(kind={"const": "dog"}),
                closed(kind={"const": "fish"}),
            ]
        },
        {"oneOf": [O(kind={"const": "cat"}, lives=I), O(kind={"const": "dog"})]},
    ),
    (
        "field of a tagged member",
        {"oneOf": [closed(kind={"const": "cat"}, lives=N), closed(kind={"const": "dog"})]},
        {"oneOf": [O(kind={"const": "cat"}, lives=I), O(kind={"const": "dog"})]},
    ),
    ("two things at once", closed(a=S, b=N), O(a=I, b=I)),
    ("boolean to text", closed(ok=B), O(ok=E("yes", "no"))),
    ("fits two alternatives", I, {"oneOf": [{"minimum": 0}, {"maximum": 10}]}),
    ("ruled out", S, {"not": {"const": "admin"}}),
    ("contains", L(S), {"type": "array", "contains": {"const": "x"}}),
    (
        "dependent",
        {"type": "object", "properties": {"card": S}},
        {"dependentRequired": {"card": ["cvc"]}},
    ),
    ("too many fields", {"type": "object"}, {"type": "object", "maxProperties": 1}),
    ("nothing accepted", closed(a=S), {"properties": {"a": False}}),
    (
        "contains several",
        closed(roles=L(E("admin", "user"), minItems=1)),
        O(roles=L(S, contains={"const": "admin"}, minContains=2)),
    ),
    ("contains too many", L(I), {"contains": {"type": "integer"}, "maxContains": 1}),
    ("text to UUID", closed(id=S), O(id=F("uuid"))),
    ("text to e-mail address", closed(to=S), O(to=F("email"))),
    ("text to one of a few", closed(topic=S), O(topic=E("billing", "technical"))),
    ("a null among the items", closed(tags=L(opt(S))), O(tags=L(S))),
    ("unlike members", closed(v={"anyOf": [S, I]}), O(v={"anyOf": [I, {"type": "array"}]})),
    ("both ends", closed(n={"minimum": 0, "maximum": 9}), O(n={"minimum": 1, "maximum": 8})),
    (
        "a field asked for in one case",
        closed(country=E("US", "DE")),
        {"if": {"properties": {"country": {"const": "US"}}}, "then": {"required": ["zip"]}},
    ),
    (
        "a long pattern",
        closed(when=S),
        O(when={"type": "string", "pattern": "^" + "([0-9]{2}|[a-z]{2})-" * 8 + "$"}),
    ),
    (
        "recursive",
        {"$ref": "#/$defs/n", "$defs": {"n": closed(v=N, kids=L({"$ref": "#/$defs/n"}))}},
        {"$ref": "#/$defs/n", "$defs": {"n": O(v=I, kids=L({"$ref": "#/$defs/n"}))}},
    ),
]


def text_of(name: str, verdict: Verdict) -> str:
    lines = [f"[{name}]", f"  {json.dumps(verdict.witness)}"]
    lines += [
        f"  {r}\n      {r.produced_path or '-'} -> {r.accepted_path}" for r in verdict.reasons
    ]
    return "\n".join(lines)


def test_each_mismatch_is_told_as_the_golden_file_has_it() -> None:
    told = "\n\n".join(text_of(name, compare(a, b)) for name, a, b in MISMATCHES) + "\n"
    if os.environ.get("AGENTGRAPH_WRITE_GOLDEN"):
        GOLDEN.write_text(told)
    assert told == GOLDEN.read_text()
    assert len(MISMATCHES) >= 40


@pytest.mark.parametrize(
    ("name", "produced", "accepted"), MISMATCHES, ids=[m[0] for m in MISMATCHES]
)
def test_the_witness_convinces_another_validator(name: str, produced: Any, accepted: Any) -> None:
    witness = compare(produced, accepted).witness
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    assert jsonschema.Draft202012Validator(produced, format_checker=checker).is_valid(witness)
    assert not jsonschema.Draft202012Validator(accepted, format_checker=checker).is_valid(witness)
