"""What may be answered, in words that a person can copy."""

from __future__ import annotations

from typing import Any

import pytest

from agentgraph.cli.questions import answer_text


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (True, "any value"),
        ({"type": "boolean"}, "true | false"),
        ({"enum": ["yes", None, 3]}, '"yes" | null | 3'),
        ({"const": "ok"}, '"ok"'),
        ({"type": "string", "title": "Note", "default": ""}, '"text"'),
        ({"type": "string", "minLength": 3}, '{"type": "string", "minLength": 3}'),
        (
            {
                "type": "object",
                "properties": {"approved": {"type": "boolean"}, "note": {"type": "string"}},
                "required": ["approved"],
            },
            '{"approved": true | false, "note"?: "text"}',
        ),
        ({"anyOf": [{"type": "null"}]}, '{"anyOf": [{"type": "null"}]}'),
    ],
)
def test_an_answer_in_words(schema: Any, words: str) -> None:
    assert answer_text(schema) == words
