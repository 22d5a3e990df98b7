"""Big values and long lists: stored once, found again, sent again only where they are missing."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import HumanMessage

from checkpoints import RedisSaver, StrictSerializer
from checkpoints.codec import PLAIN
from checkpoints.errors import LostValueError
from checkpoints.grown import Grown
from checkpoints.keys import thread_keys
from checkpoints.lists import (
    MOST,
    OPEN,
    PART,
    RUN,
    Divided,
    divide,
    from_parts,
    in_parts,
    joined,
)
from tests.unit.checkpoints.made import config, put, values_at, writes_at

SERDE = StrictSerializer()
VALUES = st.recursive(
    st.none() | st.integers(-(2**60), 2**60) | st.text(max_size=30) | st.binary(max_size=300),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


def item(n: int) -> dict[str, Any]:
    return {"id": n, "content": f"message {n}: " + os.urandom(250).hex()}


@pytest.fixture
def blobs(prefix: str) -> str:
    return thread_keys(prefix, "t")[3]


def parts_of(value: Any) -> list[Any]:
    return in_parts(value, SERDE.dumps_typed(value), SERDE.dumps_typed)


@given(values=st.lists(VALUES, min_size=1, max_size=20), times=st.integers(1, 300))
def test_a_list_in_parts_is_the_same_list(values: list[Any], times: int) -> None:
    whole = values * times
    parts = parts_of(whole)
    if parts:
        assert len(parts) < 400
        assert SERDE.loads_typed(joined(parts)) == whole


@pytest.mark.parametrize(
    "value",
    ["x" * 5 * PART, {"a": ["x" * 5 * PART]}, ["x"] * 100, ["x" * 5 * PART], b"x" * 5 * PART, []],
)
def test_what_is_no_long_list_stays_whole(value: Any) -> None:
    assert parts_of(value) == []


def test_an_appended_list_shares_all_parts_but_the_last() -> None:
    items = [item(n) for n in range(400)]
    before, after = parts_of(items), parts_of([*items, item(400)])
    assert len(before) > 5
    assert after[: len(before) - 1] == before[:-1]
    assert len(after) <= len(before) + 1


def test_a_list_that_is_changed_in_the_middle_shares_the_rest() -> None:
    items = [item(n) for n in range(400)]
    before = parts_of(items)
    items[200] = item(-1)
    assert sum(one != other for one, other in zip(before, parts_of(items), strict=True)) == 1


def divided(value: Any, before: Divided | None = None) -> Divided:
    found = divide(value, SERDE.dumps_typed(value), SERDE.dumps_typed, PLAIN.digest, before)
    assert found is not None
    return found


@given(data=st.data())
def test_a_list_divided_as_it_was_before_is_the_same_list(data: st.DataObject) -> None:
    """However it was changed in between, and each part under the digest of what it holds."""
    value: list[Any] = []
    before: Divided | None = None
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(value)))
        end = data.draw(st.integers(start, min(len(value), start + 40)))
        new = data.draw(st.lists(VALUES, max_size=5)) * data.draw(st.sampled_from([1, 30, 200]))
        value = [*value[:start], *new, *value[end:]]
        before = divided(value, before)
        parts = [before.typed(digest) for digest in before.digests]
        assert SERDE.loads_typed(joined(parts)) == value
        assert [PLAIN.digest(part) for part in parts] == before.digests
        assert from_parts(before.digests, parts) == before


def test_what_was_appended_is_a_part_of_its_own_as_it_was_written() -> None:
    items = [item(n) for n in range(100)]
    before = divided(items)
    new = [item(n) for n in range(10)]
    after = divided([*items, *new], before)
    assert after.digests == [*before.digests, PLAIN.digest(SERDE.dumps_typed(new))]


def test_small_ends_are_put_together() -> None:
    value = [item(n) for n in range(100)]
    found = divided(value)
    many = len(found.parts)
    for n in range(100):
        value = [*value, item(n)]
        found = divided(value, found)
    assert len(found.parts) <= many + 100 * 550 // OPEN + 1


def test_a_list_changed_further_up_or_in_place_is_stored_as_it_is_now() -> None:
    value = [item(n) for n in range(400)]
    before = divided(value)
    value[200]["content"] = "another"
    after = divided(value, before)
    assert len(set(before.digests) - set(after.digests)) == 1
    assert SERDE.loads_typed(joined([after.typed(one) for one in after.digests])) == value


def test_many_appended_parts_become_few() -> None:
    value: list[bytes] = []
    found: Divided | None = None
    for _ in range(600):
        value = [*value, os.urandom(OPEN)]
        found = divided(value, found)
    assert found is not None
    assert len(found.parts) <= MOST + RUN
    assert max(part.count for part in found.parts) == RUN


def test_lists_are_remembered_up_to_so_many_bytes() -> None:
    grown, one = Grown(most=25_000), divided([os.urandom(10_000)])
    for name in ("a", "b", "a", "c"):
        grown.keep(("t", name), one)
    assert [grown.get(("t", name)) is one for name in "abc"] == [True, False, True]


def test_a_growing_list_takes_room_once(saver: Any, client: Any, blobs: str) -> None:
    items: list[Any] = []
    at = config()
    for step in range(40):
        items += [item(10 * step + n) for n in range(10)]
        at = put(saver, at, {"items": items}, versions={"items": f"{step}.x"}, step=step)
    assert values_at(saver, at) == {"items": items}
    assert values_at(saver, list(saver.list(config()))[20].config)["items"] == items[:200]
    once = len(SERDE.dumps_typed(items)[1])
    held = sum(len(payload) for payload in client.hgetall(blobs).values())
    assert held < 1.1 * once  # whole at every step it would be twenty times


def test_messages_come_back_as_what_they_were(saver: Any) -> None:
    messages = [HumanMessage("words " * 100, id=str(n)) for n in range(60)]
    at = put(saver, config(), {"messages": messages})
    assert values_at(saver, at)["messages"] == messages


def test_what_was_written_and_then_stored_takes_room_once(
    saver: Any, client: Any, blobs: str
) -> None:
    report = os.urandom(20_000).hex()
    at = put(saver, config(), {"n": 1})
    saver.put_writes(at, [("report", report)], "task")
    at = put(saver, at, {"n": 1, "report": report}, versions={"n": "1.0", "report": "2.0"})
    put(saver, at, {"copy": report}, versions={"copy": "3.0"})
    assert client.hlen(blobs) == 1
    assert values_at(saver, at)["report"] == report


def test_what_redis_has_is_not_sent_again(saver: Any, client: Any) -> None:
    items = [item(n) for n in range(400)]
    at = put(saver, config(), {"items": items}, versions={"items": "1"})
    client.config_resetstat()
    put(saver, at, {"items": [*items, item(400)]}, versions={"items": "2"})
    received = client.info("stats")["total_net_input_bytes"]
    assert received < len(SERDE.dumps_typed(items)[1]) / 5


def test_what_another_removed_meanwhile_is_sent_again(
    saver: Any, client: Any, prefix: str, blobs: str
) -> None:
    items, report = [item(n) for n in range(400)], os.urandom(20_000).hex()
    other = RedisSaver.from_client(client, prefix=prefix)
    put(saver, config(), {"items": items, "report": report})
    other.delete_thread("t")
    longer = [*items, item(400)]
    at = put(saver, config(), {"items": longer, "report": report})
    assert values_at(other, at) == {"items": longer, "report": report}
    client.delete(blobs)
    saver.put_writes(at, [("report", report)], "task")
    assert client.hlen(blobs) == 1


def test_a_removal_at_the_same_time_loses_nothing(saver: Any, client: Any, prefix: str) -> None:
    """Whoever stores a reference to what is being removed brings it along."""
    items = [item(n) for n in range(100)]
    other = RedisSaver.from_client(client, prefix=prefix)

    def grow(round_: int) -> None:
        at = put(saver, config(), {"items": items[: 50 + round_]}, versions={"items": f"{round_}"})
        assert values_at(saver, at)["items"] == items[: 50 + round_]

    with ThreadPoolExecutor() as pool:
        for round_ in range(30):
            done = pool.submit(grow, round_)
            other.prune(["t"])
            done.result()
    assert values_at(saver, config())["items"]


def test_a_part_that_is_gone_is_named_and_nothing_is_half_read(
    saver: Any, client: Any, blobs: str
) -> None:
    put(saver, config(), {"items": [item(n) for n in range(100)]}, versions={"items": "7"})
    client.hdel(blobs, client.hkeys(blobs)[0])
    with pytest.raises(LostValueError, match="items/7"):
        saver.get_tuple(config())


def test_pruning_keeps_the_parts_that_are_needed_and_no_others(
    saver: Any, client: Any, blobs: str
) -> None:
    items = [item(n) for n in range(100)]
    at = put(saver, config(), {"items": items[:70]}, versions={"items": "1"})
    saver.put_writes(at, [("report", "r" * 9_000)], "task")
    at = put(saver, at, {"items": items}, versions={"items": "2"})
    saver.put_writes(at, [("report", "s" * 9_000)], "task")
    before = client.hlen(blobs)
    saver.prune(["t"])
    assert values_at(saver, config()) == {"items": items}
    assert writes_at(saver, config()) == [("task", "report", "s" * 9_000)]
    # The first report: of the list all parts go on.
    assert before - client.hlen(blobs) == 1
    saver.prune(["t"], strategy="delete")
    assert not client.exists(blobs)
