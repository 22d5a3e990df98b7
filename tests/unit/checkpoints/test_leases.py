from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from checkpoints.errors import LeaseLostError, ThreadBusyError
from checkpoints.keys import thread_keys
from tests.unit.checkpoints.made import config, put, values_at, writes_at


def test_one_at_a_time_and_the_holder_is_named(saver: Any) -> None:
    saver.lease("t", "one", ttl=60)
    with pytest.raises(
        ThreadBusyError, match=r"'t' is being written by 'one'; .* (59|60)\.\d s"
    ) as caught:
        saver.lease("t", "two")
    assert caught.value.holder == "one"
    assert saver.lease("other", "two").owner == "two"


def test_a_released_lease_is_free(saver: Any) -> None:
    one = saver.lease("t", "one")
    saver.release(one)
    two = saver.lease("t", "two")
    assert int(two.token) > int(one.token)
    saver.release(one)
    saver.renew(two)


def test_a_renewed_lease_runs_on(saver: Any, client: Any, prefix: str) -> None:
    lease = saver.lease("t", "one", ttl=60)
    key = thread_keys(prefix, "t")[-1]
    client.pexpire(key, 1000)
    saver.renew(lease)
    assert client.pttl(key) > 50_000


def test_a_lease_that_ran_out_goes_on_unless_another_came(
    saver: Any, client: Any, prefix: str
) -> None:
    """A machine that slept for an hour loses nothing, where nobody else wanted the thread."""
    lease = saver.lease("t", "one", ttl=60)
    key = thread_keys(prefix, "t")[-1]
    client.delete(key)  # it ran out
    saver.renew(lease)
    assert client.pttl(key) > 50_000
    put(saver.holding(lease), config(), {"a": 1})
    client.delete(key)
    saver.release(saver.lease("t", "two"))
    with pytest.raises(LeaseLostError, match="'one' no longer holds"):
        saver.renew(lease)


def test_a_deleted_thread_is_held_by_nobody(saver: Any) -> None:
    lease = saver.lease("t", "one")
    saver.delete_thread("t")
    with pytest.raises(LeaseLostError):
        saver.renew(lease)
    with pytest.raises(LeaseLostError):
        put(saver.holding(lease), config(), {"a": 1})


def test_a_lease_leaves_no_thread_behind_where_nothing_was_stored(saver: Any) -> None:
    saver.release(saver.lease("t", "one"))
    assert list(saver.threads()) == []
    lease = saver.lease("t", "one")
    at = put(saver.holding(lease), config(), {"a": 1})
    saver.release(lease)
    assert values_at(saver, at) == {"a": 1}


def test_what_a_former_holder_still_writes_is_refused(saver: Any, client: Any, prefix: str) -> None:
    first = saver.lease("t", "first")
    old = saver.holding(first)
    at = put(old, config(), {"a": 1})
    client.delete(thread_keys(prefix, "t")[-1])  # it ran out
    new = saver.holding(saver.lease("t", "second"))
    acts: list[Callable[[], object]] = [
        lambda: put(old, at, {"a": 2}),
        lambda: old.put_writes(at, [("c", 1)], "task"),
        lambda: old.prune(["t"]) if put(new, at) else None,
    ]
    for late in acts:
        with pytest.raises(LeaseLostError, match="'first'"):
            late()
    assert writes_at(new, at) == []
    assert values_at(new, at) == {"a": 1}


def test_a_journal_can_hold_the_lease_too(
    saver: Any, journal: Any, client: Any, prefix: str
) -> None:
    old = journal.holding(saver.lease("t", "first"))
    assert old.record("t", "p", "k", b"1") == b"1"
    client.delete(thread_keys(prefix, "t")[-1])
    saver.lease("t", "second")
    with pytest.raises(LeaseLostError):
        old.record("t", "p", "k2", b"2")
    assert old.record("t", "p", "k", b"2") == b"1"
    with pytest.raises(LeaseLostError):
        old.put_run("t", "r", b"")


def test_tokens_never_come_twice_even_after_a_deletion(saver: Any) -> None:
    first = saver.lease("t", "first")
    saver.delete_thread("t")
    assert int(saver.lease("t", "second").token) > int(first.token)


def test_a_lease_on_a_new_thread_is_no_checkpoint(saver: Any) -> None:
    saver.lease("t", "one")
    assert saver.get_tuple(config()) is None
    assert [info.checkpoints for info in saver.threads()] == [0]
