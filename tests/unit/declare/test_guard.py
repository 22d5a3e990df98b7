"""Guards: how they read, and what cannot be one. What they mean is tested as a property."""

from __future__ import annotations

import math
from enum import Enum

import pytest

from agentgraph import field
from agentgraph.errors import DeclarationError


class Colour(Enum):
    RED = "red"


def test_a_guard_reads_as_it_was_written() -> None:
    score, kind = field("score"), field("facts.kind")
    assert str(score >= 0.7) == "score >= 0.7"
    assert str(kind == Colour.RED) == 'facts.kind == "red"'
    assert str(~(kind == "a")) == 'facts.kind != "a"'
    assert str(kind.is_in([Colour.RED, None])) == 'facts.kind in ["red", null]'
    assert str((score < 1) & kind.present | kind.matches("^a")) == (
        "(score < 1 and facts.kind is present) or facts.kind matches '^a'"
    )
    assert str(~(score < 1) & ~kind.present) == "score >= 1 and facts.kind is absent"
    assert ((score < 1) & (kind == 1)).guard.fields == ("score", "facts")


def test_what_cannot_be_a_guard() -> None:
    score = field("score")
    for wrong in (
        lambda: score < "a",  # type: ignore[operator]  # numbers only
        lambda: score >= True,
        lambda: score < math.nan,
        lambda: score == math.inf,
        lambda: score == {1, 2},
        lambda: score.is_in([object()]),
        lambda: score.matches("("),
        lambda: score.matches("(?P<name>a)(?P=name)"),
        lambda: field(""),
        lambda: field("a..b"),
    ):
        with pytest.raises(DeclarationError):
            wrong()


def test_a_condition_is_no_truth_value() -> None:
    score = field("score")
    with pytest.raises(DeclarationError, match="combine conditions with &"):
        bool(score > 1)
    with pytest.raises(DeclarationError, match="used as a plain truth value"):
        assert 1 < score < 3  # pyright: ignore[reportGeneralTypeIssues]  # what is refused
    with pytest.raises(DeclarationError, match="plain truth value"):
        assert (score > 1) and (score < 3)  # pyright: ignore[reportGeneralTypeIssues]  # as above
