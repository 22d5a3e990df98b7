"""The grammar of ECMA-262 patterns (with the `u` flag): text to a small tree.

Trees: ("chars", ranges), ("sequence", [..]), ("either", [..]), ("repeat", tree, low, high),
("start",), ("end",), ("ahead", wanted, tree).
"""

from __future__ import annotations

from typing import Any, Final

from agentgraph.contracts.solve.matching import property_ranges
from agentgraph.contracts.solve.terms import Ranges, normal, outside
from agentgraph.errors import SchemaError

_DIGIT: Final[Ranges] = ((0x30, 0x39),)
_WORD: Final[Ranges] = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
_SPACE: Final[Ranges] = normal(
    [
        (0x09, 0x0D),
        (0x20, 0x20),
        (0xA0, 0xA0),
        (0x1680, 0x1680),
        (0x2000, 0x200A),
        (0x2028, 0x2029),
        (0x202F, 0x202F),
        (0x205F, 0x205F),
        (0x3000, 0x3000),
        (0xFEFF, 0xFEFF),
    ]
)
# ECMA-262 leaves out three more line ends; validators, whose word counts, do not.
_DOT: Final[Ranges] = outside(((0x0A, 0x0A),))
_CLASSES: Final[dict[str, Ranges]] = {
    "d": _DIGIT,
    "D": outside(_DIGIT),
    "w": _WORD,
    "W": outside(_WORD),
    "s": _SPACE,
    "S": outside(_SPACE),
}
_CONTROLS: Final = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}


class PatternError(ValueError):
    """A pattern that is broken, or that we do not read."""


def parse(pattern: str) -> Any:
    """The pattern's tree. PatternError: it is broken, or looks behind, refers back, or the like."""
    parser = _Parser(pattern)
    tree = parser.either()
    if parser.at < len(pattern):
        raise PatternError(f"unexpected {pattern[parser.at]!r}")
    return tree


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def take(self, expected: str) -> bool:
        if self.text.startswith(expected, self.at):
            self.at += len(expected)
            return True
        return False

    def either(self) -> Any:
        parts = [self.sequence()]
        while self.take("|"):
            parts.append(self.sequence())
        return parts[0] if len(parts) == 1 else ("either", parts)

    def sequence(self) -> Any:
        parts = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.quantified())
        return parts[0] if len(parts) == 1 else ("sequence", parts)

    def quantified(self) -> Any:
        tree = self.atom()
        low, high = self.quantifier()
        return tree if (low, high) == (1, 1) else ("repeat", tree, low, high)

    def quantifier(self) -> tuple[int, int | None]:
        bounds: tuple[int, int | None] = (1, 1)
        if self.take("*"):
            bounds = (0, None)
        elif self.take("+"):
            bounds = (1, None)
        elif self.take("?"):
            bounds = (0, 1)
        elif self.peek() == "{":
            bounds = self.counts()
        else:
            return bounds
        self.take("?")  # lazy or greedy: the language is the same
        return bounds

    def counts(self) -> tuple[int, int | None]:
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at + 1 : end].partition(",")
        if end < 0 or not low.isdecimal() or (high and not high.isdecimal()):
            raise PatternError("a brace that counts nothing")
        self.at = end + 1
        return int(low), int(high) if high else (None if comma else int(low))

    def atom(self) -> Any:
        char = self.peek()
        if char == "(":
            return self.group()
        if char == "[":
            return ("chars", self.bracket())
        self.at += 1
        if char == "\\":
            return self.escape()
        if char in "*+?{":
            raise PatternError("nothing to repeat")
        simple = {".": ("chars", _DOT), "^": ("start",), "$": ("end",)}
        return simple.get(char, ("chars", ((ord(char), ord(char)),)))

    def group(self) -> Any:
        self.at += 1
        ahead = None
        if self.take("?=") or self.take("?!"):
            ahead = self.text[self.at - 1] == "="
        elif self.take("?<=") or self.take("?<!"):
            raise PatternError("it looks behind")
        elif self.take("?<"):
            self.at = self.text.find(">", self.at) + 1
        elif self.take("?") and not self.take(":"):
            raise PatternError("a group of an unknown kind")
        inner = self.either()
        if not self.take(")"):
            raise PatternError("a group that is not closed")
        return inner if ahead is None else ("ahead", ahead, inner)

    def escape(self) -> Any:
        char = self.peek()
        if char in "bB123456789k" or not char:
            raise PatternError("a word boundary or a reference back")
        return ("chars", self.escaped())

    def escaped(self) -> Ranges:
        """The class behind a backslash that was read already."""
        char = self.peek()
        self.at += 1
        if char in _CLASSES:
            return _CLASSES[char]
        if char in "pP":
            found = self.property_()
            return found if char == "p" else outside(found)
        code = self.code(char)
        return ((code, code),)

    def code(self, char: str) -> int:
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char == "c":
            self.at += 1
            return ord(self.text[self.at - 1 : self.at] or "@") % 32
        if char == "x":
            return self.hexadecimal(2)
        if char == "u":
            return self.unicode_()
        if char.isalnum():
            raise PatternError(f"an unknown escape \\{char}")
        return ord(char)

    def unicode_(self) -> int:
        if self.take("{"):
            end = self.text.find("}", self.at)
            digits = self.text[self.at : end]
            self.at = end + 1
            return int(digits, 16)
        high = self.hexadecimal(4)
        if 0xD800 <= high <= 0xDBFF and self.take("\\u"):
            return 0x10000 + ((high - 0xD800) << 10) + (self.hexadecimal(4) - 0xDC00)
        return high

    def hexadecimal(self, length: int) -> int:
        digits = self.text[self.at : self.at + length]
        self.at += length
        try:
            return int(digits, 16)
        except ValueError:
            raise PatternError("a character number that is none") from None

    def property_(self) -> Ranges:
        end = self.text.find("}", self.at)
        name = self.text[self.at + 1 : end]
        if self.peek() != "{" or end < 0:
            raise PatternError("a property without a name")
        self.at = end + 1
        try:
            return property_ranges(name)
        except SchemaError:
            raise PatternError(f"an unknown property {name}") from None

    def bracket(self) -> Ranges:
        self.at += 1
        negative = self.take("^")
        if self.peek() == "]":
            # ECMA-262 ends the class here, most engines take it for a member.
            raise PatternError("a class that begins with its end")
        found: list[tuple[int, int]] = []
        while not self.take("]"):
            if not self.peek():
                raise PatternError("a class that is not closed")
            low = self.member()
            if self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("", "]"):
                self.at += 1
                found.append(_span(low, self.member()))
            else:
                found.extend(low)
        return outside(normal(found)) if negative else normal(found)

    def member(self) -> Ranges:
        char = self.peek()
        self.at += 1
        if char != "\\":
            return ((ord(char), ord(char)),)
        if self.take("b"):
            return ((8, 8),)
        return self.escaped()


def _span(low: Ranges, high: Ranges) -> tuple[int, int]:
    if len(low) != 1 or len(high) != 1 or low[0][0] != low[0][1] or low[0][0] > high[0][0]:
        raise PatternError("a range without order")
    return low[0][0], high[0][0]
