"""What a thread is known to hold: relied on while nobody else touches the thread, and never for longer."""

from __future__ import annotations

import os
from typing import Any

import pytest

from checkpoints import RedisSaver
from checkpoints.errors import LostValueError
from checkpoints.keys import thread_keys
from checkpoints.known import MOST, THREADS, Facts, Known, Needs, relied_on
from tests.unit.checkpoints.made import config, put, values_at

LOOKS = (2, "", "")
"""What the script is told where it has to look."""


def looked_for(client: Any) -> int:
    """How many commands looked for a value since it was asked last."""
    calls = client.info("commandstats").get("cmdstat_hexists", {"calls": 0})["calls"]
    client.config_resetstat()
    return int(calls)


def told(known: Known, needs: Needs) -> Any:
    return relied_on(known.of("t"), needs, blobs=True)[1:]


def test_facts_add_up_while_each_write_finds_the_state_that_the_last_one_left() -> None:
    known, facts = Known(), Facts.of("ns/1", ["a/1", "b/1"], ["d1"])
    known.wrote("t", facts, b"OK / 1/")
    known.wrote("t", Facts(["d2"]), b"OK 1/ 2/")
    known.wrote("t", Facts(["d3"]), b"OK 1/ 2/")  # sent along
    sight = known.of("t")
    assert sight is not None
    assert list(sight.digests) == ["d1", "d2", "d3"]
    assert told(known, Needs("ns", "ns/1", frozenset({"b/1"}))) == (2, b"2/", "pvb")
    assert told(known, Needs("ns", "", frozenset())) == (2, b"2/", "b")
    assert told(known, Needs("ns", "ns/0", frozenset())) == LOOKS
    assert told(known, Needs("ns", "ns/1", frozenset({"b/2"}))) == LOOKS
    assert told(known, Needs("", "ns/1", frozenset())) == LOOKS


@pytest.mark.parametrize("reply", [b"OK 9/ 10/", b"OK 1/1 2/1"])
def test_a_write_or_a_removal_in_between_ends_what_was_known(reply: bytes) -> None:
    known = Known()
    known.wrote("t", Facts.of("ns/1", ["a/1"], ["d1"]), b"OK / 1/")
    before = known.of("t")
    known.wrote("t", Facts(["d2"]), reply)
    sight = known.of("t")
    assert sight is not None
    assert (list(sight.digests), sight.latest) == (["d2"], {})
    # Who made a call of what was known before tells a state that is over.
    assert before is not None
    assert before.state == b"1/"


def test_a_refusal_tells_nothing() -> None:
    known = Known()
    known.wrote("t", Facts(["d1"]), [b"MISSING"])
    assert known.of("t") is None


def test_no_more_is_remembered_than_there_is_room_for() -> None:
    known = Known()
    for number in range(THREADS + 5):
        known.wrote(f"{number}", Facts(["d"]), b"OK / 1/")
    assert known.of("4") is None
    assert known.of("5") is not None
    known.read("t", Facts([f"{n}" for n in range(MOST + 5)]), b"1/")
    sight = known.of("t")
    assert sight is not None
    assert (len(sight.digests), "4" in sight.digests) == (MOST, False)
    assert known.of("5") is None


def test_nothing_is_looked_for_until_another_has_written(
    saver: Any, client: Any, prefix: str
) -> None:
    text, other = os.urandom(5_000).hex(), RedisSaver.from_client(client, prefix=prefix)
    values, versions = {"text": text, "n": 1}, {"text": "1", "n": "1"}
    at = put(saver, config(), values, versions=versions)
    looked_for(client)
    for n in range(2, 5):
        at = put(saver, at, values | {"n": n}, versions=versions | {"n": f"{n}"}, new={"n": f"{n}"})
        saver.put_writes(at, [("text", text)], f"task{n}")
    assert looked_for(client) == 0
    other.put_writes(at, [("n", 5)], "another")
    at = put(saver, at, values | {"n": 5}, versions=versions | {"n": "5"}, new={"n": "5"})
    assert looked_for(client) == 1  # `text`
    assert values_at(other, at) == values | {"n": 5}


def test_a_thread_that_was_read_needs_no_looking_either(
    saver: Any, client: Any, prefix: str
) -> None:
    items = [{"id": n, "content": os.urandom(200).hex()} for n in range(100)]
    values, versions = {"items": items, "n": 1}, {"items": "1", "n": "1"}
    at = put(saver, config(), values, versions=versions)
    other = RedisSaver.from_client(client, prefix=prefix)
    assert values_at(other, at) == values
    looked_for(client)
    before = client.info("stats")["total_net_input_bytes"]
    items = [*items, {"id": 100, "content": ""}]
    at = put(other, at, {"items": items}, versions={"items": "2"})
    assert looked_for(client) == 0
    assert client.info("stats")["total_net_input_bytes"] - before < 10_000
    assert values_at(saver, at) == {"items": items}


@pytest.mark.parametrize("part", [1, 2])
def test_a_key_that_was_evicted_is_noticed_though_nobody_wrote(
    saver: Any, client: Any, prefix: str, part: int
) -> None:
    versions = {"kept": "1", "n": "1"}
    at = put(saver, config(), {"kept": "x", "n": 1}, versions=versions)
    client.delete(thread_keys(prefix, "t")[part])
    with pytest.raises(LostValueError):
        put(
            saver,
            at,
            {"kept": "x", "n": 2},
            versions=versions | {"n": "2"},
            new={"n": "2"},
            counters_since_delta_snapshot={"said": (1, 1)},
        )


def test_a_fork_from_what_was_pruned_is_refused_after_a_later_step(saver: Any) -> None:
    first = put(saver, config(), {"kept": "old", "n": 1}, versions={"kept": "1", "n": "1"})
    last = put(saver, first, {"kept": "new", "n": 2}, versions={"kept": "2", "n": "2"})
    saver.prune(["t"])
    put(saver, last, {"kept": "new", "n": 3}, versions={"kept": "2", "n": "3"}, new={"n": "3"})
    with pytest.raises(LostValueError, match="kept/1"):
        put(saver, first, {"kept": "old", "n": 4}, versions={"kept": "1", "n": "4"}, new={"n": "4"})
