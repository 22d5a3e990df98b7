"""Codes of rules as people write them: whole (`AG403`), or the beginning of several (`AG4`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable


def as_code(text: str) -> str:
    """The code as findings have it: without blanks around it, in capitals."""
    return text.strip().upper()


def names_some(prefix: str, known: Iterable[str]) -> bool:
    """Whether a code, or the beginning of one, is that of any rule."""
    return len(prefix) > 1 and any(code.startswith(prefix) for code in known)


def nearest_code(code: str, known: Collection[str]) -> str | None:
    """The code that was likely meant: one slip away; None where none is."""
    others = [(_slips(code, one), one) for one in known if one != code]
    slips, near = min(others, default=(2, ""))
    return near if slips <= 1 else None


def _slips(text: str, other: str) -> int:
    """How many letters are wrong, missing, too many, or exchanged with their neighbour.

    `difflib` ranks by what is alike from left to right: of AG340 it makes AG406, not AG304.
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for n, letter in enumerate(text, 1):
        row = [n]
        for m, wanted in enumerate(other, 1):
            cost = min(row[-1] + 1, last[m] + 1, last[m - 1] + (letter != wanted))
            if n > 1 and m > 1 and text[n - 2 : n] == other[m - 2 : m][::-1]:
                cost = min(cost, before[m - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def longest_match(code: str, prefixes: Iterable[str]) -> str | None:
    """The most exact of the prefixes that name `code`; None where none does."""
    matching = [prefix for prefix in prefixes if code.startswith(prefix)]
    return max(matching, key=len) if matching else None
