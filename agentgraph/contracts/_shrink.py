"""A witness made as small as it goes, so that nothing in it is beside the point."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from agentgraph.model.contract import Json

_TRIES = 200


def shrunk(value: Json, breaks: Callable[[Json], bool]) -> Json:
    """The smallest value that still `breaks`, among those that leaving parts out leads to."""
    tries = _TRIES
    again = isinstance(value, (dict, list))
    while again and tries > 0:
        again = False
        for smaller in _smaller(value):
            tries -= 1
            if breaks(smaller):
                value, again = smaller, True
                break
            if tries <= 0:
                break
    return value


def _smaller(value: Any) -> Iterator[Json]:
    """Each value that is this one with one part left out."""
    if isinstance(value, dict):
        for key in value:
            yield {k: v for k, v in value.items() if k != key}
        for key, item in value.items():
            yield from ({**value, key: part} for part in _smaller(item))
    elif isinstance(value, list):
        for index in range(len(value) - 1, -1, -1):
            yield value[:index] + value[index + 1 :]
        for index, item in enumerate(value):
            yield from ([*value[:index], part, *value[index + 1 :]] for part in _smaller(item))
