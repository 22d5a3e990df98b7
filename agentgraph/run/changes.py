"""How two JSON objects differ, as short as it can be said: by the paths where they do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from agentgraph.model.contract import Json

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


@dataclass(frozen=True, slots=True)
class Change:
    """A value that was added, removed or changed; `before` or `after` is None where there is none."""

    path: str
    kind: Literal["added", "removed", "changed"]
    before: Json = None
    after: Json = None

    __hash__ = None  # type: ignore[assignment]


def changes(before: Json, after: Json, path: str = "$") -> Iterator[Change]:
    """What was added, removed and changed, the innermost values that differ, in the order of the paths.

    In lists, what is equal at the beginning and at the end is left out, and the rest compared
    place by place: what was put in or taken out in one place is told as that.
    """
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _in_objects(before, after, path)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _in_lists(before, after, path)
    elif not same(before, after):
        yield Change(path, "changed", before, after)


def same(one: Json, other: Json) -> bool:
    """Whether two values are equal as JSON: true is not 1, and 1.0 is."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def _in_objects(
    before: Mapping[str, Json], after: Mapping[str, Json], path: str
) -> Iterator[Change]:
    for key in sorted({*before, *after}):
        inner = f"{path}.{key}" if _PLAIN_KEY.match(key) else f"{path}[{json.dumps(key)}]"
        if key not in before:
            yield Change(inner, "added", after=after[key])
        elif key not in after:
            yield Change(inner, "removed", before=before[key])
        else:
            yield from changes(before[key], after[key], inner)


def _in_lists(before: Sequence[Json], after: Sequence[Json], path: str) -> Iterator[Change]:
    shorter = min(len(before), len(after))
    start = 0
    while start < shorter and same(before[start], after[start]):
        start += 1
    end = 0
    while end < shorter - start and same(before[-1 - end], after[-1 - end]):
        end += 1
    for index in range(start, max(len(before), len(after)) - end):
        inner = f"{path}[{index}]"
        if index >= len(before) - end:
            yield Change(inner, "added", after=after[index])
        elif index >= len(after) - end:
            yield Change(inner, "removed", before=before[index])
        else:
            yield from changes(before[index], after[index], inner)
