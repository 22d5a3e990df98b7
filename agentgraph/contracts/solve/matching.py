"""Whether a pattern is found in a text, by the engine that validates too."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from agentgraph.contracts._engine import Engine
from agentgraph.contracts.solve.terms import TOP, Ranges, normal
from agentgraph.errors import SchemaError


def is_found_in(pattern: str, text: str) -> bool:
    """Whether the pattern occurs in the text. A pattern that nobody can run never does."""
    return _matcher(pattern)(text)


@lru_cache(maxsize=64)
def property_ranges(name: str) -> Ranges:
    r"""The characters of `\p{name}`, by the same engine: Python's own table is of another year.

    SchemaError: there is no such property.
    """
    matches = Engine({"pattern": f"^\\p{{{name}}}$"}).is_valid
    codes = (*range(0xD800), *range(0xE000, TOP + 1))
    return normal((code, code) for code in codes if matches(chr(code)))


@lru_cache(maxsize=2048)
def _matcher(pattern: str) -> Callable[[str], bool]:
    try:
        return Engine({"pattern": pattern}).is_valid
    except SchemaError:
        return lambda _: False
