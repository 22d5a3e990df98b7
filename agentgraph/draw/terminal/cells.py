"""Text measured in terminal cells."""

from __future__ import annotations

import unicodedata


def cell_width(char: str) -> int:
    """0 for marks that combine, 2 for wide East Asian characters and emoji, else 1."""
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def text_width(text: str) -> int:
    return sum(map(cell_width, text))


def printable(text: str) -> str:
    """The text on one line: what would move the cursor is escaped."""
    return "".join(
        char if char == " " or unicodedata.category(char)[0] not in "CZ" else _escaped(char)
        for char in text
    )


def _escaped(char: str) -> str:
    return ascii(char)[1:-1] if ascii(char)[1:-1] != char else f"\\x{ord(char):02x}"


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells, broken at spaces where there are any; nothing is lost."""
    lines: list[str] = []
    for word in printable(text).split(" "):
        if lines and text_width(lines[-1]) + 1 + text_width(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines += _pieces(word, width)
    return lines


def _pieces(word: str, width: int) -> list[str]:
    pieces = [""]
    for char in word:
        if text_width(pieces[-1]) + cell_width(char) > width:
            pieces.append("")
        pieces[-1] += char
    return pieces


def centred(text: str, width: int) -> str:
    """The text with spaces on both sides; a column is never lost from `width`."""
    free = width - text_width(text)
    return " " * (free // 2) + text + " " * (free - free // 2)
