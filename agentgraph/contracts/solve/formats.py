"""Formats: which are known, examples of them, and how they lie within each other."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from agentgraph.contracts._engine import Engine
from agentgraph.contracts.solve.patterns import language
from agentgraph.contracts.solve.terms import Term

SAMPLES: Final[dict[str, tuple[str, ...]]] = {
    "date": ("2020-01-01", "2020-02-29", "1999-12-31"),
    "date-time": ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00.5+01:00", "1999-12-31T23:59:59Z"),
    "duration": ("P1D", "PT1H", "P1Y2M3DT4H5M6S", "P2W"),
    "email": ("a@example.com", "b.c@example.org", "long.name@mail.example.com"),
    "hostname": ("example.com", "a", "a.b"),
    "idn-email": ("a@example.com", "ä@example.com"),
    "idn-hostname": ("example.com", "a"),
    "ipv4": ("127.0.0.1", "10.0.0.255", "192.168.100.100"),
    "ipv6": ("::1", "2001:db8::1", "::"),
    "iri": ("http://example.com/", "urn:a:b", "http://example.com/ä"),
    "iri-reference": ("/a", "", "http://example.com/"),
    "json-pointer": ("", "/a", "/a/0"),
    "regex": ("a", "", "^a+$"),
    "relative-json-pointer": ("0", "1/a", "0#"),
    "time": ("00:00:00Z", "12:34:56+01:00", "23:59:59.5Z"),
    "uri": ("http://example.com/", "urn:a:b", "https://example.com/a?b=c#d"),
    "uri-reference": ("/a", "", "http://example.com/"),
    "uri-template": ("http://example.com/{a}", "", "/a"),
    "uuid": ("00000000-0000-4000-8000-000000000000", "123e4567-e89b-12d3-a456-426614174000"),
}
"""A few texts of each known format, the plainest first."""

BROKEN: Final = ("", "x", " ", "%", "(", "{", "-", "a b")
"""Texts of which each format refuses some."""

# Before, what is repeated, and after: so texts of a format grow as long as is asked for.
_STRETCHED: Final = {
    "date-time": ("2020-01-01T00:00:00.", "0", "Z"),
    "duration": ("P", "1", "D"),
    "email": ("a@", "a.", "example.com"),
    "hostname": ("", "a.", "a"),
    "idn-email": ("a@", "a.", "example.com"),
    "idn-hostname": ("", "a.", "a"),
    "iri": ("http://example.com/", "a", ""),
    "iri-reference": ("/", "a", ""),
    "json-pointer": ("/", "a", ""),
    "regex": ("a", "a", ""),
    "relative-json-pointer": ("0/", "a", ""),
    "time": ("00:00:00.", "0", "Z"),
    "uri": ("http://example.com/", "a", ""),
    "uri-reference": ("/", "a", ""),
    "uri-template": ("/", "a", ""),
}

WITHIN: Final[dict[str, tuple[str, ...]]] = {
    "email": ("idn-email",),
    "uri": ("iri", "uri-reference", "iri-reference"),
    "iri": ("iri-reference",),
    "uri-reference": ("iri-reference",),
}
"""A format and those that take every text of it."""

# Nothing of the format is outside of these; they may hold more.
_DIGITS = "[0-9]"
_OFFSET = f"(?:[zZ]|[+-]{_DIGITS}{{2}}:{_DIGITS}{{2}})"
_TIME = f"{_DIGITS}{{2}}:{_DIGITS}{{2}}:{_DIGITS}{{2}}(?:\\.{_DIGITS}+)?{_OFFSET}"
_ANY = "(?:.|\\s)*"
_AROUND: Final = {
    "date": f"^{_DIGITS}{{4}}-{_DIGITS}{{2}}-{_DIGITS}{{2}}$",
    "time": f"^{_TIME}$",
    "date-time": f"^{_DIGITS}{{4}}-{_DIGITS}{{2}}-{_DIGITS}{{2}}[tT ]{_TIME}$",
    "uuid": "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
    "ipv4": f"^{_DIGITS}{{1,3}}(?:\\.{_DIGITS}{{1,3}}){{3}}$",
    "ipv6": "^[0-9a-fA-F:.]{2,45}$",
    "duration": "^P[0-9A-Z.,]{2,}$",
    "email": f"^{_ANY}@{_ANY}$",
    "idn-email": f"^{_ANY}@{_ANY}$",
    "hostname": "^[A-Za-z0-9.-]{1,255}$",
    "idn-hostname": f"^(?:.|\\s){_ANY}$",
    "uri": "^[A-Za-z][A-Za-z0-9+.-]*:[!-~]*$",
    "iri": "^[A-Za-z][A-Za-z0-9+.-]*:[^\\x00-\\x20]*$",
    "uri-reference": "^[!-~]*$",
    "iri-reference": "^[^\\x00-\\x20]*$",
    "json-pointer": f"^(?:/{_ANY})?$",
    "relative-json-pointer": f"^{_DIGITS}+(?:#|/{_ANY})?$",
}


def is_of_format(name: str, text: str) -> bool | None:
    """Whether the text is of the format. None: nobody checks that format."""
    return _checker(name)(text) if name in SAMPLES else None


def stretched(name: str, length: int) -> str:
    """A text of the format that is as long, or little longer; "" where none is known."""
    if name not in _STRETCHED:
        return ""
    before, middle, after = _STRETCHED[name]
    missing = max(length - len(before) - len(after), 1)
    return before + middle * -(-missing // len(middle)) + after


def around(name: str) -> Term | None:
    """A language that holds every text of the format. None: all that is known is that it is text."""
    return language(_AROUND[name]) if name in _AROUND else None


@lru_cache(maxsize=64)
def _checker(name: str) -> Callable[[str], bool]:
    return Engine({"format": name}).is_valid
