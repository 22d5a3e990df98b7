from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from redis.crc import key_slot

from checkpoints.store_keys import (
    Namespace,
    after_all_of,
    member_beginning,
    namespace_keys,
    namespace_tag,
    range_of,
    split_member,
)

LABELS = st.text(
    st.characters(exclude_characters="\x00.", exclude_categories=["Cs"]), min_size=1, max_size=4
)
NAMESPACES = st.lists(LABELS, max_size=3).map(tuple)


def member(namespace: Namespace, registration: int) -> bytes:
    return f"{member_beginning(namespace)}{registration}".encode()


@given(NAMESPACES, st.integers(0, 2**53))
def test_a_member_says_namespace_and_registration(namespace: Namespace, number: int) -> None:
    assert split_member(member(namespace, number)) == (namespace, number)


@given(NAMESPACES, NAMESPACES, st.integers(0, 99), st.integers(0, 99))
def test_members_are_in_the_order_of_the_tuples(
    one: Namespace, other: Namespace, first: int, second: int
) -> None:
    if one != other:
        assert (member(one, first) < member(other, second)) == (one < other)


@given(NAMESPACES, NAMESPACES | st.tuples(), st.booleans())
def test_a_range_holds_what_begins_with_it(
    namespace: Namespace, prefix: Namespace, within: bool
) -> None:
    namespace = prefix + namespace if within else namespace
    low, high = range_of(prefix)
    found = member(namespace, 5)
    inside = (low == b"-" or found >= low[1:]) and (high == b"+" or found < high[1:])
    assert inside == (namespace[: len(prefix)] == prefix)
    if prefix and not inside and namespace > prefix:
        assert found >= after_all_of(prefix)[1:]


@given(NAMESPACES, NAMESPACES, st.text(max_size=5))
def test_all_keys_of_a_namespace_are_in_one_slot_and_no_one_elses(
    one: Namespace, other: Namespace, key: str
) -> None:
    meta, index, items = namespace_keys("tenant:", one)
    slots = {key_slot(text.encode()) for text in (meta, index, items + key.replace("\ud800", ""))}
    assert len(slots) == 1
    assert (namespace_tag(one) == namespace_tag(other)) == (one == other)
