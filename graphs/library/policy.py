"""Which questions are not answered, and why: the house rules, from a file."""

from __future__ import annotations

import functools
import re
from pathlib import Path

from pydantic import BaseModel, TypeAdapter

RULES = Path(__file__).parents[1] / "data" / "question_policy.json"
LONGEST = 400
"""Characters of a question."""


class PolicyRule(BaseModel, extra="forbid"):
    """Questions in which `pattern` is found are not answered; `reason` ends "because ..."."""

    name: str
    pattern: str
    reason: str


def why_refused(question: str) -> str | None:
    """Why a question is not answered; None: it is."""
    if not question.strip():
        return "it is empty"
    if len(question) > LONGEST:
        return f"it is longer than {LONGEST} characters"
    for rule in load_policy():
        if re.search(rule.pattern, question, re.IGNORECASE):
            return rule.reason
    return None


@functools.cache
def load_policy() -> list[PolicyRule]:
    """The rules in force. pydantic.ValidationError: the file is not such."""
    return TypeAdapter(list[PolicyRule]).validate_json(RULES.read_bytes())
