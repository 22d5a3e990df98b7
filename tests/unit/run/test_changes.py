"""What is told as changed turns the one value into the other, and nothing else is told."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentgraph.run.changes import Change, changes, same

LEAVES = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "a", "b"])
KEYS = st.sampled_from(["a", "b", "c", "odd key", 'a"b', "0", "x.y"])
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=4)
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)
PART = re.compile(r'\.([A-Za-z_][\w-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]')


def parts(path: str) -> list[Any]:
    import json

    assert path.startswith("$")
    found = list(PART.finditer(path, 1))
    assert "$" + "".join(one[0] for one in found) == path
    return [one[1] or (int(one[2]) if one[2] else json.loads(one[3])) for one in found]


def applied(value: Any, told: list[Change]) -> Any:
    """The value with the changes made; removals from the end, so that places stay what they are."""
    whole = {"": copy.deepcopy(value)}
    later = [one for one in told if one.kind == "removed"][::-1]
    for one in [one for one in told if one.kind != "removed"] + later:
        *way, last = ["", *parts(one.path)]
        holder: Any = whole
        for part in way:
            holder = holder[part]
        if one.kind == "removed":
            assert same(holder[last], one.before)
            del holder[last]
        elif one.kind == "changed":
            assert same(holder[last], one.before)
            holder[last] = one.after
        elif isinstance(holder, list):
            holder.insert(last, one.after)
        else:
            assert last not in holder
            holder[last] = one.after
    return whole[""]


@given(OBJECTS, OBJECTS)
def test_the_changes_lead_from_the_one_to_the_other(one: Any, other: Any) -> None:
    told = list(changes(one, other))
    assert same(applied(one, told), other)
    assert (told == []) == same(one, other)
    assert len({change.path for change in told}) == len(told)
    assert all(not same(change.before, change.after) for change in told if change.kind == "changed")


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ({"a": {"b": [1, 2, 3]}}, {"a": {"b": [1, 9, 3]}}, ["changed $.a.b[1]"]),
        ({"a": [1, 2, 3]}, {"a": [1, 3]}, ["removed $.a[1]"]),
        ({"a": [1, 3]}, {"a": [1, 2, 3]}, ["added $.a[1]"]),
        ({"a": [{"x": 1}]}, {"a": [{"x": 1}, {"x": 2}]}, ["added $.a[1]"]),
        ({"a": 1}, {"a": True}, ["changed $.a"]),
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": None}, {}, ["removed $.a"]),
        ({"odd key": 1}, {"odd key": 2}, ['changed $["odd key"]']),
        ({"a": [1]}, {"a": {"0": 1}}, ["changed $.a"]),
    ],
)
def test_the_innermost_difference_is_told(one: Any, other: Any, told: list[str]) -> None:
    assert [f"{change.kind} {change.path}" for change in changes(one, other)] == told
