"""What a type can carry of what a label warns of."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from agentgraph.check.carrying import carries
from agentgraph.contracts.types import contract_of
from tests.unit.check.labelled import Flag, Reply


@pytest.mark.parametrize(
    ("annotation", "pii", "untrusted"),
    [
        (str, True, True),
        (int, True, False),
        (bool, False, False),
        (Literal["a", "b"], False, False),
        (Literal["a"] | None, False, False),
        (list[Literal["a"]], False, False),
        (list[int], True, False),
        (dict[str, int], True, True),
        (Reply, True, True),
        (Flag, False, False),
    ],
)
def test_what_a_type_can_carry(annotation: Any, pii: bool, untrusted: bool) -> None:
    schema = contract_of(annotation).produced
    assert (carries(schema, "pii"), carries(schema, "untrusted")) == (pii, untrusted)


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"type": "string", "format": "date"}, False),
        ({"type": "string", "pattern": "^[A-Z]-[0-9]{4}$"}, False),
        ({"type": "string", "pattern": "^(red|green)$"}, False),
        ({"type": "string", "pattern": "^red|green$"}, True),
        ({"type": "string", "pattern": "[A-Z]"}, True),
        ({"type": "string", "pattern": "^[^0-9]+$"}, True),
        ({"type": "string", "pattern": "^.*$"}, True),
        (
            {
                "$ref": "#/$defs/t",
                "$defs": {"t": {"items": {"$ref": "#/$defs/t"}, "type": "array"}},
            },
            False,
        ),
        ({"$ref": "#/$defs/t", "$defs": {"t": {"type": "string"}}}, True),
        ({"$ref": "elsewhere"}, True),
        ({"allOf": [{"type": "string"}, {"enum": ["a"]}]}, False),
        (True, True),
        (False, False),
    ],
)
def test_free_text_is_what_may_hold_several_words(schema: Any, text: bool) -> None:
    assert carries(schema, "untrusted") is text
