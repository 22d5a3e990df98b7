from __future__ import annotations

import json
from typing import Annotated

from pydantic import AfterValidator

from agentgraph.contracts.relation import compare
from agentgraph.contracts.report import verdict_json, verdict_text
from agentgraph.contracts.validate import validator

NULLS = {"type": ["null", "string"]}


def shout(text: str) -> str:
    return text


def test_a_mismatch_is_told_in_three_lines() -> None:
    verdict = compare(NULLS, {"type": "string"})
    assert verdict_text(verdict, "Draft", "Order.note") == (
        "incompatible: not every value of Draft fits Order.note\n"
        "  for example: null\n"
        "  $: may be null; accepted is a string"
    )


def test_a_witness_of_null_is_a_witness() -> None:
    told = json.loads(json.dumps(verdict_json(compare(NULLS, {"type": "string"}))))
    assert told["witness"] is None
    assert told["reasons"][0]["accepted_path"] == "#/type"
    assert verdict_json(compare(NULLS, NULLS)) == {"status": "compatible", "reasons": []}


def test_a_yes_that_is_no_full_proof_says_so() -> None:
    verdict = compare({"type": "string"}, Annotated[str, AfterValidator(shout)])
    assert "demands more than its schema says" in verdict_text(verdict)
    assert "`shout`" in verdict_json(verdict)["qualified"][0]


def test_what_cannot_be_told_is_told_so() -> None:
    verdict = compare({"type": "string"}, {"format": "x-id"})
    assert verdict_text(verdict) == "undecided: nobody checks the format 'x-id'"
    assert verdict_json(verdict)["why_undecided"]


def test_a_missing_field_is_told_together_with_the_unknown_one_that_was_given() -> None:
    known = {"type": "object", "properties": {"text": {}, "textual": {}}, "required": ["text"]}
    told = [str(problem) for problem in validator(known).problems({"Texxt": 1, "textual": 2})]
    assert told == ["$.text: is missing; `Texxt` was given, did you mean `text`?"]
    assert [str(p) for p in validator(known).problems({"textual": 1})] == ["$.text: is missing"]


def test_a_pattern_is_told_with_a_text_that_matches_it() -> None:
    [problem] = validator({"pattern": "^C-[0-9]+$"}).problems("x")
    assert problem.message == 'must match ^C-[0-9]+$, such as "C-0", but is "x"'


def test_what_a_list_must_hold_is_told() -> None:
    [problem] = validator({"contains": {"const": "admin"}}).problems([])
    assert problem.message == 'must be a list in which at least 1 item is "admin", but is []'
