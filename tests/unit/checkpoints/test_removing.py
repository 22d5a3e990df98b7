from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from checkpoints import removing
from checkpoints.calls import Trip
from checkpoints.errors import ThreadBusyError
from checkpoints.keys import thread_keys
from tests.unit.checkpoints.made import config, put, values_at, writes_at


def chain(saver: Any, length: int, thread: str = "t", **more: Any) -> list[Any]:
    configs, at = [], config(thread)
    for n in range(length):
        versions = {"n": f"{n}.a", "same": "0.a"}
        new = versions if n == 0 else {"n": f"{n}.a"}
        at = put(saver, at, {"n": n, "same": "s"}, versions=versions, new=new, step=n, **more)
        saver.put_writes(at, [("c", n)], f"task-{n}")
        configs.append(at)
    return configs


def test_pruning_leaves_nothing_behind_that_nobody_refers_to(
    saver: Any, client: Any, prefix: str
) -> None:
    chain(saver, 10)
    saver.prune(["t"])
    found = saver.get_tuple(config())
    assert found.checkpoint["channel_values"] == {"n": 9, "same": "s"}
    assert found.pending_writes == [("task-9", "c", 9)]
    index, checkpoints, values, _, writes, *_ = thread_keys(prefix, "t")
    counts = (
        client.zcard(index),
        client.hlen(checkpoints),
        client.hlen(values),
        client.zcard(writes),
    )
    assert counts == (1, 1, 2, 1)


def test_pruning_keeps_writes_whose_checkpoint_is_still_to_come(saver: Any) -> None:
    chain(saver, 3)
    saver.put_writes(config(checkpoint="ffff"), [("c", "early")], "t")
    saver.prune(["t"])
    saver.put(config(), {**saver.get_tuple(config()).checkpoint, "id": "ffff"}, {}, {})
    assert writes_at(saver, config()) == [("t", "c", "early")]


def test_deleting_by_strategy_removes_everything(
    saver: Any, journal: Any, client: Any, prefix: str
) -> None:
    chain(saver, 3)
    chain(saver, 2, "u")
    journal.record("t", "place", "key", b"x")
    saver.prune(["t"], strategy="delete")
    assert client.keys(f"{prefix}thread:{{t}}*") == []
    assert len(list(saver.list(config("u")))) == 2


def test_an_unknown_strategy_is_refused(saver: Any) -> None:
    with pytest.raises(ValueError, match="'keep_latest' and 'delete', not 'half'"):
        saver.prune(["t"], strategy="half")


def test_deleting_runs_looks_into_all_threads(saver: Any) -> None:
    for thread in ("a", "b", "c"):
        chain(saver, 2, thread, run_id="keep")
    chain(saver, 2, "b", run_id="drop")
    chain(saver, 2, "d", run_id="drop")
    saver.delete_for_runs(["drop", "unknown"])
    assert {t: len(list(saver.list(config(t)))) for t in "abcd"} == {"a": 2, "b": 2, "c": 2, "d": 0}
    assert values_at(saver, config("b")) == {"n": 1, "same": "s"}
    saver.delete_for_runs([])


def drive(saver: Any, trip: Trip[None], between: Callable[[int], object]) -> None:
    """Carry out an operation, doing something else between each two of its trips."""
    requests = next(trip)
    for number in itertools.count():
        replies = saver.wire._send(requests)
        between(number)
        try:
            requests = trip.send(replies)
        except StopIteration:
            return


def test_what_is_written_while_pruning_is_planned_is_kept(saver: Any) -> None:
    configs = chain(saver, 5)

    def write(number: int) -> None:
        if number == 1:
            versions = {"n": "5.a", "same": "0.a"}
            put(
                saver,
                configs[-1],
                {"n": 5, "same": "s"},
                versions=versions,
                new={"n": "5.a"},
                step=5,
            )

    drive(saver, removing.prune(saver.settings, saver.serde, ["t"], "keep_latest"), write)
    [found] = saver.list(config())
    assert found.checkpoint["channel_values"] == {"n": 5, "same": "s"}


def test_a_thread_that_never_rests_is_left_alone(saver: Any) -> None:
    configs = chain(saver, 5)
    trip = removing.prune(saver.settings, saver.serde, ["t"], "keep_latest")
    with pytest.raises(ThreadBusyError, match="'t' kept changing"):
        drive(
            saver, trip, lambda number: saver.put_writes(configs[-1], [("c", 1)], f"again-{number}")
        )
    assert len(list(saver.list(config()))) == 5
