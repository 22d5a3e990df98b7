from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from langgraph.checkpoint.serde.types import ERROR, INTERRUPT, RESUME, SCHEDULED

from checkpoints import RedisSaver
from checkpoints.errors import NotStorableError
from checkpoints.keys import thread_keys
from checkpoints.saving import next_version
from tests.unit.checkpoints.made import checkpoint, config, put, values_at, writes_at


def test_writes_come_in_the_order_in_which_langgraph_applies_them(saver: Any) -> None:
    at = put(saver, config())
    saver.put_writes(at, [("c", "path b")], "task-1", "b")
    saver.put_writes(at, [("c", 0), ("c", 1)] + [("c", n) for n in range(2, 12)], "task-3", "a")
    saver.put_writes(at, [("c", "no path")], "task-9")
    saver.put_writes(at, [("c", "task 2")], "task-2", "a")
    values = [value for _, _, value in writes_at(saver, at)]
    assert values == ["no path", "task 2", *range(12), "path b"]


def test_the_first_writer_of_a_task_and_index_wins(saver: Any) -> None:
    at = put(saver, config())
    saver.put_writes(at, [("c", "first")], "t", "p")
    saver.put_writes(at, [("c", "second"), ("d", "new")], "t", "other path")
    assert writes_at(saver, at) == [("t", "d", "new"), ("t", "c", "first")]


@pytest.mark.parametrize("channel", [ERROR, SCHEDULED, INTERRUPT, RESUME])
def test_special_channels_are_written_over(saver: Any, channel: str) -> None:
    at = put(saver, config())
    saver.put_writes(at, [(channel, 1), ("c", "kept")], "t")
    saver.put_writes(at, [(channel, 2), ("c", "ignored")], "t")
    assert sorted(writes_at(saver, at)) == sorted([("t", channel, 2), ("t", "c", "kept")])


def test_writes_may_come_before_their_checkpoint_and_after_the_next(saver: Any) -> None:
    first, second = checkpoint(), checkpoint()
    saver.put_writes(config(checkpoint=first["id"]), [("c", "early")], "t1")
    assert saver.get_tuple(config()) is None
    at = saver.put(config(), first, {"step": 0}, {})
    saver.put(at, second, {"step": 1}, {})
    saver.put_writes(at, [("c", "late")], "t2")
    assert writes_at(saver, at) == [("t1", "c", "early"), ("t2", "c", "late")]
    assert writes_at(saver, config()) == []


def test_writes_belong_to_their_namespace(saver: Any) -> None:
    made = checkpoint()
    for namespace in ("", "child", "child|deeper", "child/odd"):
        saver.put(config(namespace=namespace), made, {}, {})
        saver.put_writes(
            config(namespace=namespace, checkpoint=made["id"]), [("c", namespace)], "t"
        )
    for namespace in ("", "child", "child|deeper", "child/odd"):
        assert writes_at(saver, config(namespace=namespace)) == [("t", "c", namespace)]


def test_an_id_put_again_is_written_over(saver: Any) -> None:
    made = checkpoint({"a": 1}, {"a": "1.x"})
    at = saver.put(config(), made, {"step": 1}, {"a": "1.x"})
    saver.put_writes(at, [("c", "kept")], "t")
    again = made | {
        "channel_values": {"a": 1, "b": 2},
        "channel_versions": {"a": "1.x", "b": "1.y"},
    }
    saver.put(config(checkpoint="parent"), again, {"step": 2}, {"b": "1.y"})
    found = saver.get_tuple(config())
    assert found.checkpoint["channel_values"] == {"a": 1, "b": 2}
    assert found.metadata["step"] == 2
    assert found.parent_config == config(checkpoint="parent")
    assert found.pending_writes == [("t", "c", "kept")]
    assert len(list(saver.list(config()))) == 1


def test_a_channel_without_a_value_is_empty_and_keeps_its_version(saver: Any) -> None:
    at = put(saver, config(), {"a": 1}, versions={"a": "1.x"})
    put(saver, at, {}, versions={"a": "2.y"}, new={"a": "2.y"})
    found = saver.get_tuple(config()).checkpoint
    assert (found["channel_values"], found["channel_versions"]) == ({}, {"a": "2.y"})
    assert values_at(saver, at) == {"a": 1}


def test_empty_takes_the_place_of_a_value_of_the_same_version(saver: Any) -> None:
    at = put(saver, config(), {"a": 1}, versions={"a": 1})
    put(saver, at, {}, versions={"a": 1}, new={"a": 1})
    assert values_at(saver, at) == {}


def test_none_is_a_value(saver: Any) -> None:
    put(saver, config(), {"a": None})
    assert values_at(saver, config()) == {"a": None}


def test_unchanged_values_are_not_written_again(saver: Any, client: Any, prefix: str) -> None:
    big = "x" * 100_000
    at = put(saver, config(), {"big": big, "n": 0}, versions={"big": "1.a", "n": "1.a"})
    for n in range(1, 6):
        versions = {"big": "1.a", "n": f"{n + 1}.a"}
        at = put(saver, at, {"big": big, "n": n}, versions=versions, new={"n": f"{n + 1}.a"})
    values = thread_keys(prefix, "t")[2]
    assert client.hlen(values) == 7
    assert values_at(saver, config()) == {"big": big, "n": 5}


def test_more_values_than_one_command_takes(saver: Any) -> None:
    values = {f"channel-{n}": n for n in range(2500)}
    put(saver, config(), values)
    assert values_at(saver, config()) == values


def test_metadata_are_stamped_from_the_config(saver: Any) -> None:
    at = config() | {"metadata": {"graph": "orders", "nul": "a\x00b"}}
    at["configurable"]["version"] = 3
    saver.put(at, checkpoint(), {"source": "loop"}, {})
    assert saver.get_tuple(config()).metadata == {
        "source": "loop",
        "graph": "orders",
        "nul": "ab",
        "version": 3,
    }


def test_the_callers_thread_id_comes_back_as_it_was(saver: Any) -> None:
    at = put(saver, config(thread=7), {"a": 1})
    assert at["configurable"]["thread_id"] == 7
    assert saver.get_tuple(config(thread=7)).config["configurable"]["thread_id"] == 7
    assert values_at(saver, config(thread="7")) == {"a": 1}


@pytest.mark.parametrize("thread", ["", "{", "}{", "a{b}c", "50%", "user/1", "ünï\ncode", "*"])
def test_odd_threads_namespaces_and_channels(saver: Any, thread: str) -> None:
    at = config(thread=thread, namespace=thread)
    stored = put(saver, at, {thread: thread})
    saver.put_writes(stored, [(thread, thread)], thread, thread)
    found = saver.get_tuple(at)
    assert found.checkpoint["channel_values"] == {thread: thread}
    assert found.pending_writes == [(thread, thread, thread)]
    assert [info.thread_id for info in saver.threads()] == [thread]
    saver.delete_thread(thread)
    assert saver.get_tuple(at) is None


def test_what_has_no_msgpack_form_is_refused_by_name(saver: Any) -> None:
    with pytest.raises(NotStorableError, match="'lock' holds a function"):
        put(saver, config(), {"fine": 1, "lock": lambda: None})
    with pytest.raises(NotStorableError, match="'big' holds a int"):
        saver.put_writes(config(checkpoint="c"), [("big", 2**70)], "t")
    assert saver.get_tuple(config()) is None


def test_many_threads_write_at_once(saver: Any) -> None:
    """Two writers for every (task, index), in any order: one wins whole, none is lost."""
    at = put(saver, config())
    jobs = [(f"task-{task}", winner) for task in range(40) for winner in ("x", "y")]
    random.shuffle(jobs)
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda job: saver.put_writes(at, [("a", job[1]), ("b", job[1])], job[0], job[0]),
                jobs,
            )
        )
    found = writes_at(saver, at)
    assert len(found) == 80
    assert all(a[2] == b[2] for a, b in zip(found[::2], found[1::2], strict=True))
    assert [write[0] for write in found[::2]] == sorted({job[0] for job in jobs})


def test_more_threads_than_connections(redis_url: str, prefix: str) -> None:
    with RedisSaver.from_url(redis_url, prefix=prefix, max_connections=2) as saver:
        at = put(saver, config())
        with ThreadPoolExecutor(32) as pool:
            list(pool.map(lambda n: saver.put_writes(at, [("c", n)], f"{n:03}"), range(200)))
        assert [write[2] for write in writes_at(saver, at)] == list(range(200))


def test_puts_and_writes_race_and_nothing_is_lost(saver: Any) -> None:
    chain = [checkpoint({"n": n}, {"n": f"{n}.a"}) for n in range(20)]

    def store(n: int) -> None:
        parent = config(checkpoint=chain[n - 1]["id"] if n else None)
        saver.put(parent, chain[n], {"step": n}, {"n": f"{n}.a"})

    def write(n: int) -> None:
        saver.put_writes(config(checkpoint=chain[n]["id"]), [("c", n)], f"task-{n}")

    jobs = [(act, n) for n in range(20) for act in (store, write)]
    random.shuffle(jobs)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda job: job[0](job[1]), jobs))
    found = list(saver.list(config()))
    assert [tup.checkpoint["channel_values"]["n"] for tup in found] == list(range(19, -1, -1))
    assert [tup.pending_writes for tup in found] == [
        [(f"task-{n}", "c", n)] for n in range(19, -1, -1)
    ]


def test_versions_grow_and_differ_between_forks() -> None:
    one = next_version(None)
    assert one < next_version(one) < next_version(next_version(one))
    assert next_version(one) != next_version(one)
    assert next_version("0000000099.00ff000000") < next_version("0000000100.0000000000")
    assert next_version(3).startswith("0000000004.")
    assert next_version("00000000000000000000000000000007.0.5").startswith("0000000008.")
