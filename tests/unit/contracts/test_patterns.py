"""Patterns as languages: the same texts as a regular-expression engine finds, and the way around."""

from __future__ import annotations

import itertools

import jsonschema_rs
import pytest

from agentgraph.contracts.solve.patterns import is_within, language
from agentgraph.contracts.solve.terms import Walker, both, neither

REGULAR = [
    "a", "^a", "a$", "^$", "^a+$", "^a|b$", "(a|b)*c", "^[ab]{2,3}$", "[^a]", "^[^ab]$", "^.$",
    "^(a{1,2}){2}$", "^(?:ab?)+$", "^(?!ab).*$", "^(?=.*b)a.*$", "^a(?!b)", "a(?=b)", "(?!a)b$",
    "^\\d$", "^\\w+$", "\\s", "\\S\\s", "^[\\d.-]+$", "\\u0061", "\\x62$", "^a?b?c?$", "^a*?b$",
    "(?<name>a)b", "^(a|)b", "(^a|b)c", "^(^a|^b)c$", "\\.", "[a-c0]{2}", "^[\\]a]$", "a{0}b", "^a{2,}$",
]  # fmt: skip
BEYOND = [
    "(a)\\1", "\\bab\\b", "(?<=a)b", "(?<!a)b", "^(a|^b)+$", "a{5000}", "a*(?=^b)b", "a?(?!^b)", "[]a]",
    "[^]a]",
]  # fmt: skip
TEXTS = ["".join(t) for n in range(5) for t in itertools.product("abc0", repeat=n)] + [
    "a b", " ", "a\n", "\n", ".", "-1", "]", "ä", "a.b", "0-0", "\u2028",
]  # fmt: skip


@pytest.mark.parametrize("pattern", REGULAR)
def test_a_text_is_of_the_language_just_where_the_pattern_is_found(pattern: str) -> None:
    term = language(pattern)
    assert term is not None
    walker = Walker(term, 10**6)
    found = jsonschema_rs.validator_for({"pattern": pattern})
    for text in TEXTS:
        at = term
        for char in text:
            at = walker.after(at, ord(char))
        assert at.nullable == found.is_valid(text), text


@pytest.mark.parametrize("pattern", BEYOND)
def test_what_is_not_regular_or_too_large_is_known_to_be(pattern: str) -> None:
    assert language(pattern) is None


def test_the_shortest_words_come_first_and_are_plain() -> None:
    term = language("^[a-z]+-[0-9]{2}$")
    assert term is not None
    assert Walker(term, 10_000).words(3) == ["a-00", "aa-00", "aaa-00"]


def test_a_finite_language_is_told_in_full() -> None:
    term = language("^(a|b){1,2}$")
    assert term is not None
    assert Walker(term, 10_000).words(99) == ["a", "b", "aa", "ab", "ba", "bb"]


def test_intersection_and_complement_meet_in_nothing() -> None:
    one, other = language("^[a-f]{2,4}$"), language("^[a-z]+$")
    assert one is not None and other is not None
    assert Walker(both((one, neither(other))), 10_000).words(1) == []
    assert Walker(both((other, neither(one))), 10_000).words(1) == ["a"]


@pytest.mark.parametrize(
    ("pattern", "other", "within"),
    [
        ("^a+$", "a", True),
        ("a", "^a+$", False),
        ("^[0-9]{2}$", "^[0-9]+$", True),
        ("^(a|b)$", "^[ab]$", True),
        ("^-?[0-9]+$", "^[0-9]+$", False),
        ("^(?=a)[ab]{2}$", "^a", True),
    ],
)
def test_one_pattern_within_another(pattern: str, other: str, within: bool) -> None:
    assert is_within(pattern, other) is within


def test_what_takes_too_long_or_is_not_regular_is_not_told() -> None:
    many = "^(a|b)*a(a|b){12}$"

    assert not is_within(many, "^[ab]*a[ab]{12}$")
    assert not is_within(BEYOND[0], "a")
