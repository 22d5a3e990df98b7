from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langgraph.store.memory import InMemoryStore

from checkpoints.filters import check_filter, passes
from checkpoints.store_errors import QueryError

LEAVES: Any = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 2), st.sampled_from(["", "1", "x", 0.5])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=4,
)
OPERATORS = st.dictionaries(
    st.sampled_from(["$eq", "$ne", "$gt", "$gte", "$lt", "$lte"]), LEAVES, min_size=1, max_size=2
)
WANTED = st.recursive(
    st.one_of(LEAVES, OPERATORS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=4,
)


def by_memory(item: dict[str, Any], wanted: dict[str, Any]) -> bool | None:
    """What InMemoryStore says; None where it fails."""
    store = InMemoryStore()
    store.put(("a",), "k", item)
    try:
        return bool(store.search(("a",), filter=wanted))
    except (TypeError, ValueError):
        return None


@given(
    st.dictionaries(st.sampled_from("ab"), VALUES, max_size=2),
    st.dictionaries(st.sampled_from("ab"), WANTED, max_size=2),
)
def test_as_in_memory_wherever_that_has_an_answer(
    item: dict[str, Any], wanted: dict[str, Any]
) -> None:
    try:
        check_filter(wanted)
    except QueryError:
        return  # refused before any item is met
    expected = by_memory(item, wanted)
    assert passes(item, wanted) in ({True, False} if expected is None else {expected})


@pytest.mark.parametrize("value", [None, "x", [], {}, 10**400])
@pytest.mark.parametrize("operator", ["$gt", "$gte", "$lt", "$lte"])
def test_what_is_no_number_is_in_no_order(value: Any, operator: str) -> None:
    assert not passes({"n": value}, {"n": {operator: 0}})
    assert not passes({}, {"n": {operator: 0}})


def test_a_missing_field_is_none() -> None:
    assert passes({}, {"n": None})
    assert passes({}, {"n": {"$ne": 1}})
    assert not passes({}, {"n": 1})
    assert not passes({}, {"n": {"m": None}})
