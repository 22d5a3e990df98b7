"""Formats and patterns for people who read neither: what it is called, and a text that is one."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from agentgraph.contracts._text import shown
from agentgraph.contracts.solve.formats import SAMPLES
from agentgraph.contracts.solve.matching import is_found_in
from agentgraph.contracts.solve.patterns import language
from agentgraph.contracts.solve.terms import OutOfStepsError, Walker

_STEPS = 3_000
_LONGEST = 80
_NAMES: Final = {
    "date": "a date",
    "date-time": "a date and time",
    "duration": "a duration",
    "email": "an e-mail address",
    "hostname": "a host name",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "regex": "a regular expression",
    "time": "a time of day",
    "uri": "a URI",
    "uuid": "a UUID",
}


def format_text(name: str) -> str:
    """`a date, such as "2020-01-01"`."""
    samples = [text for text in SAMPLES.get(name, ()) if text]
    like = f", such as {shown(samples[0])}" if samples else ""
    return f"{_NAMES.get(name, f'text of format {name}')}{like}"


@lru_cache(maxsize=256)
def pattern_text(pattern: str) -> str:
    """`^C-[0-9]+$, such as "C-0"`; a long pattern is cut in the middle."""
    keep = _LONGEST // 2 - 2
    short = pattern if len(pattern) <= _LONGEST else f"{pattern[:keep]}...{pattern[-keep:]}"
    example = _matching(pattern)
    return f"{short}, such as {shown(example)}" if example else short


def _matching(pattern: str) -> str:
    """The shortest text that is matched and not empty; "" where none is soon found."""
    term = language(pattern)
    if term is None:
        return ""
    try:
        words = Walker(term, _STEPS).words(2)
    except (OutOfStepsError, RecursionError):
        return ""
    return next((word for word in words if word and is_found_in(pattern, word)), "")
