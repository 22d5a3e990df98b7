"""For how long one command holds up a server, at what length of a thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.base.id import uuid6
from redis import Redis

from benchmarks._threads import config, held, text
from checkpoints import RedisSaver


def long_threads(client: Redis, saver: RedisSaver, lengths: list[int]) -> None:
    """Prints, for each length, the longest command of each operation, and all of them."""
    print("\nmilliseconds in Redis: the longest command, and all of them")
    client.config_set("slowlog-max-len", 1_000_000)
    for length in lengths:
        client.flushall()
        _all_scripts(saver)
        latest = _long(saver, length)
        print(f"a thread of {length:,} checkpoints, {held(client, 'long') / 1e6:.1f} MB")

        def write_more() -> None:
            _put(saver, latest, length)  # noqa: B023

        for name, act in (
            ("read the latest state", lambda: saver.get_tuple(config("long"))),
            ("store a checkpoint", write_more),
            ("list the newest ten", lambda: [*saver.list(config("long"), limit=10)]),
            ("list all", lambda: [*saver.list(config("long"))]),
            ("history of a channel never stored whole", lambda: _history(saver, latest)),  # noqa: B023
            ("copy it", lambda: saver.copy_thread("long", "copy")),
            ("prune it", lambda: saver.prune(["long"])),
            ("delete it", lambda: saver.delete_thread("copy")),
        ):
            slowest, whole, calls = _in_redis(client, act)
            print(f"{slowest / 1000:10.2f}{whole / 1000:10.1f}  {name} ({calls} commands)")


def _all_scripts(saver: RedisSaver) -> None:
    """Each once, so that none is sent and compiled while it is measured."""
    at = _long(saver, 3)
    _history(saver, at)
    saver.get_tuple(at)
    saver.copy_thread("long", "copy")
    saver.prune(["long"])
    for thread in ("long", "copy"):
        saver.delete_thread(thread)


def _history(saver: RedisSaver, at: Any) -> None:
    saver.get_delta_channel_history(config=at, channels=["said"])


def _long(saver: RedisSaver, length: int) -> Any:
    """A thread of so many checkpoints, each with writes to a delta channel; where the newest is."""
    at: Any = {"configurable": {"thread_id": "long", "checkpoint_ns": ""}}
    for number in range(length):
        at = _put(saver, at, number)
        saver.put_writes(at, [("said", [text(number, 100)]), ("n", number + 1)], str(uuid6()))
    return at


def _put(saver: RedisSaver, at: Any, number: int) -> Any:
    version = saver.get_next_version(str(number), None)
    made: Any = empty_checkpoint() | {"id": str(uuid6()), "channel_values": {"n": number}}
    made |= {"channel_versions": {"n": version, "said": version}}
    metadata: Any = {"source": "loop", "step": number, "parents": {}}
    metadata["counters_since_delta_snapshot"] = {"said": (number, 0)}
    return saver.put(at, made, metadata, {"n": version})


def _in_redis(client: Redis, act: Callable[[], object]) -> tuple[int, int, int]:
    """Microseconds of the longest command, of all, and how many there were."""
    client.config_set("slowlog-log-slower-than", 0)
    client.slowlog_reset()
    act()
    client.config_set("slowlog-log-slower-than", -1)
    found: Any = client.slowlog_get(1_000_000)
    # Redis 7 also lists what a script calls, which is in the script's own time.
    ours = (b"EVAL", b"UNLINK")
    times = [one["duration"] for one in found if one["command"].upper().startswith(ours)]
    return max(times), sum(times), len(times)
