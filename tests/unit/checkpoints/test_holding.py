"""Holding threads: renewed in the background, given back at the end, taken from the dead."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from typing import Any

import pytest

from checkpoints.errors import LeaseLostError, ThreadBusyError
from checkpoints.holding import Holder
from checkpoints.keys import thread_keys
from checkpoints.owners import new_owner, read_owner
from tests.unit.checkpoints.made import config, put


def test_one_at_a_time_and_free_at_the_end(saver: Any) -> None:
    holder = Holder(saver)
    with holder.hold("t"), holder.hold("u"):
        with pytest.raises(ThreadBusyError) as busy, Holder(saver).hold("t"):
            pass
        owner = read_owner(busy.value.holder)
        assert owner is not None
        assert owner.pid == os.getpid()
    with pytest.raises(ValueError, match="broken"), holder.hold("t"):
        raise ValueError("broken")
    with holder.hold("t"):
        pass
    assert list(saver.threads()) == []


def test_all_that_is_held_is_renewed_and_what_was_lost_is_not(
    saver: Any, client: Any, prefix: str
) -> None:
    holder = Holder(saver, ttl=60)
    keys = {thread: thread_keys(prefix, thread)[-1] for thread in ("t", "u", "lost")}
    with holder.hold("t"), holder.hold("u"), holder.hold("lost") as lost:
        for key in keys.values():
            client.pexpire(key, 5000)
        client.delete(keys["lost"])
        saver.lease("lost", "another", ttl=5)
        for _ in range(2):
            holder.renew()
        assert client.pttl(keys["t"]) > 50_000
        assert client.pttl(keys["u"]) > 50_000
        assert client.pttl(keys["lost"]) <= 5000
        with pytest.raises(LeaseLostError):
            put(saver.holding(lost), config("lost"), {"a": 1})
    assert client.exists(*keys.values()) == 1, "the other's lease stays"


def test_the_background_renews_for_as_long_as_it_is_held(
    saver: Any, client: Any, prefix: str
) -> None:
    key = thread_keys(prefix, "t")[-1]
    with Holder(saver, ttl=0.6).hold("t") as lease:
        seconds, micros = client.time()
        while client.time() < (seconds + 2, micros):  # three lives of an unrenewed lease
            assert client.get(key) is None or client.get(key).startswith(lease.token.encode())
        saver.renew(lease)


def test_a_redis_that_comes_back_finds_the_thread_held(
    saver: Any, client: Any, prefix: str
) -> None:
    """A renewal that fails is made up for by the next one."""
    key = thread_keys(prefix, "t")[-1]
    holder = Holder(saver, ttl=60)
    with holder.hold("t"):
        client.delete(key)
        holder.renew()
        assert client.exists(key)


def test_a_hold_ends_with_its_own_error_where_redis_is_gone(saver: Any) -> None:
    with pytest.raises(ValueError, match="broken"), Holder(saver).hold("t"):
        saver.wire.client.connection_pool.connection_kwargs["path"] = "/nowhere"
        saver.wire.client.connection_pool.disconnect()
        raise ValueError("broken")


def test_an_answer_lost_on_the_way_is_asked_for_again(saver: Any) -> None:
    """Redis took the lease, the client never heard of it, and its retry must not meet itself."""
    holder, owner = Holder(saver), str(new_owner())
    first, again = (holder._try("t", owner, owner) for _ in range(2))
    assert int(again.token) > int(first.token)
    saver.renew(again)


def test_the_dead_hold_nothing_and_the_living_do(saver: Any) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", "from checkpoints.owners import *; print(new_owner()); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout
    owner = read_owner(child.stdout.readline().strip())
    assert owner is not None
    assert (owner.pid, owner.is_here, owner.is_dead) == (child.pid, True, False)
    saver.lease("t", str(owner))
    with pytest.raises(ThreadBusyError), Holder(saver).hold("t"):
        pass
    child.communicate("")
    assert owner.is_dead
    with Holder(saver).hold("t"):
        pass


def test_only_what_is_certain_is_called_dead() -> None:
    me = new_owner()
    assert read_owner(str(me)) == me
    assert not me.is_dead
    assert replace(me, started="1").is_dead, "its number was given to another process"
    for other in ({"host": "web-3"}, {"machine": "another boot"}, {"machine": ""}):
        assert not replace(me, pid=2**22 + 1, **other).is_dead
    assert replace(me, pid=2**22 + 1).is_dead
    for foreign in ("one", "a/b/c/d/e", "", "a/1"):
        assert read_owner(foreign) is None


def test_threads_of_one_process_exclude_each_other(saver: Any) -> None:
    holder = Holder(saver)
    had: list[bool] = []
    barrier = threading.Barrier(8)

    def try_it() -> None:
        barrier.wait()
        try:
            with holder.hold("t"):
                had.append(True)
                barrier.wait()
        except ThreadBusyError:
            had.append(False)
            barrier.wait()

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(had) == [False] * 7 + [True]
