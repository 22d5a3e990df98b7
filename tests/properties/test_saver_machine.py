"""RedisSaver against LangGraph's own savers: the same random operations, the same answers.

InMemorySaver and SqliteSaver are the oracles; blocking and in an event loop; with the usual
settings, and with such as let every value be big, compressed and encrypted.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from langgraph.checkpoint.base import WRITES_IDX_MAP, empty_checkpoint
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from redis import Redis

from checkpoints import RedisSaver, StrictSerializer
from checkpoints.codec import Codec
from checkpoints.encryption import Cipher
from checkpoints.settings import Settings
from checkpoints.wire import Wire

HUNT = int(os.environ.get("AGENTGRAPH_HUNT", "1"))

THREADS = st.sampled_from(["t", "t", "u/{1}"])
SPACES = st.sampled_from(["", "", "child/1"])
# Ids in no order of making: time travel and clocks give no promise.
IDS = st.integers(0, 3).map(lambda n: f"1f0-{n * 3 % 4:02d}")
CHANNELS = st.sampled_from(["a", "b/c", "branch:to:x", "ü"])
VALUES = st.recursive(
    st.one_of(st.none(), st.integers(-9, 9), st.text(max_size=3), st.binary(max_size=3)),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
TASKS = st.sampled_from(["task-1", "task-2", "task/3"])
PATHS = st.sampled_from(["", "~__pregel_pull, a", "~__pregel_push, 0"])
WRITES = st.lists(
    st.tuples(st.one_of(CHANNELS, st.sampled_from(sorted(WRITES_IDX_MAP))), VALUES),
    min_size=1,
    max_size=4,
)
JOBS = st.lists(st.tuples(WRITES, TASKS, PATHS), max_size=4)
Writes = list[tuple[str, Any]]
Jobs = list[tuple[Writes, str, str]]
Tuples = list[dict[str, Any]]


def config(thread: str, space: str | None, checkpoint: str | None = None) -> Any:
    place = {"thread_id": thread, "checkpoint_ns": space, "checkpoint_id": checkpoint}
    return {"configurable": {key: value for key, value in place.items() if value is not None}}


def seen(found: Any) -> Any:
    """What a tuple says; an id in a config may be left out or None."""
    return found and {
        "at": found.config["configurable"]["checkpoint_id"],
        "space": found.config["configurable"].get("checkpoint_ns", ""),
        "checkpoint": found.checkpoint,
        "metadata": found.metadata,
        "parent": found.parent_config,
        "writes": found.pending_writes,
    }


def store(saver: Any, at: Any, job: tuple[Any, str, str]) -> None:
    """Store what one task wrote."""
    saver.put_writes(at, *job)


def everything(saver: Any, at: Any) -> Tuples:
    return [seen(one) for one in saver.list(at)]


class Machine(RuleBasedStateMachine):
    """Drives one of our savers and an oracle. The attributes are set by the test."""

    redis_url = ""
    codec = Codec()
    oracle_of: Any = None

    def __init__(self) -> None:
        super().__init__()
        settings_ = Settings(f"machine-{uuid4().hex}:", codec=self.codec)
        self.ours = RedisSaver(Wire.to(self.redis_url), settings_)
        self.oracle = type(self).oracle_of()
        self.versions: dict[tuple[str, str, str], str] = {}
        self.parents: dict[tuple[str, str], dict[str, str]] = {}

    def teardown(self) -> None:
        for thread in ("t", "u/{1}"):
            self.ours.delete_thread(thread)
        self.ours.close()
        if isinstance(self.oracle, SqliteSaver):
            self.oracle.conn.close()

    def both(self, act: Callable[[Any], Any]) -> None:
        assert act(self.ours) == act(self.oracle)

    @rule(
        thread=THREADS,
        space=SPACES,
        one=IDS,
        parent=st.one_of(st.none(), IDS),
        values=st.dictionaries(CHANNELS, VALUES, max_size=3),
        emptied=st.sets(CHANNELS, max_size=2),
        step=st.integers(0, 3),
        early=JOBS,
    )
    def put(
        self,
        thread: str,
        space: str,
        one: str,
        parent: str | None,
        values: dict[str, Any],
        emptied: set[str],
        step: int,
        early: Jobs,
    ) -> None:
        """Writes for a checkpoint, then the checkpoint itself, which changes some channels, empties some and keeps others."""
        self.write(thread, space, one, early)
        before = self.oracle.get_tuple(config(thread, space))
        kept = dict(before.checkpoint["channel_values"]) if before else {}
        versions = dict(before.checkpoint["channel_versions"]) if before else {}
        new = {}
        for channel in [*values, *sorted(emptied - set(values))]:
            last = self.versions.get((thread, space, channel))
            new[channel] = self.versions[thread, space, channel] = self.ours.get_next_version(
                last, None
            )
            kept.pop(channel, None)
        made: Any = empty_checkpoint() | {
            "id": one,
            "channel_values": kept | values,
            "channel_versions": versions | new,
        }
        metadata: Any = {"source": "loop", "step": step, "parents": {}}
        self.parents.setdefault((thread, space), {})[one] = parent or ""
        self.both(lambda s: s.put(config(thread, space, parent), made, metadata, new))

    @rule(thread=THREADS, space=SPACES, one=IDS, jobs=JOBS)
    def put_writes(self, thread: str, space: str, one: str, jobs: Jobs) -> None:
        self.write(thread, space, one, jobs)

    def write(self, thread: str, space: str, one: str, jobs: Jobs) -> None:
        for writes, task, path in jobs:
            for some in self.told_apart(writes):
                self.both(partial(store, at=config(thread, space, one), job=(some, task, path)))

    def told_apart(self, writes: Writes) -> list[Writes]:
        """SqliteSaver stores a list by one rule, that of special channels only if all in it are such."""
        if not isinstance(self.oracle, SqliteSaver):
            return [writes]
        special = [one for one in writes if one[0] in WRITES_IDX_MAP]
        regular = [one for one in writes if one[0] not in WRITES_IDX_MAP]
        return [some for some in (special, regular) if some]

    @rule(thread=THREADS, space=SPACES, one=IDS, jobs=JOBS)
    def put_writes_at_once(self, thread: str, space: str, one: str, jobs: Jobs) -> None:
        """By tasks that run side by side: each has its own writes, so the order makes no difference."""
        at = config(thread, space, one)
        by_task = {task: (writes, task, path) for writes, task, path in jobs}
        every = [
            (some, task, path)
            for writes, task, path in by_task.values()
            for some in self.told_apart(writes)[:1]
        ]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(partial(store, self.ours, at), every))
        for job in every:
            store(self.oracle, at, job)

    @rule(thread=THREADS, space=SPACES, one=st.one_of(st.none(), IDS))
    def get(self, thread: str, space: str, one: str | None) -> None:
        self.both(lambda s: seen(s.get_tuple(config(thread, space, one))))

    @rule(
        thread=THREADS,
        space=SPACES,
        before=st.one_of(st.none(), IDS),
        limit=st.one_of(st.none(), st.integers(0, 4)),
        step=st.one_of(st.none(), st.integers(0, 3)),
    )
    def list(
        self, thread: str, space: str, before: str | None, limit: int | None, step: int | None
    ) -> None:
        filter_ = {} if step is None else {"step": step}
        cursor = config(thread, space, before) if before else None
        self.both(
            lambda s: [
                seen(one)
                for one in s.list(config(thread, space), filter=filter_, before=cursor, limit=limit)
            ]
        )

    @rule(thread=st.one_of(st.none(), THREADS))
    def list_everywhere(self, thread: str | None) -> None:
        """Over namespaces and threads the order is each saver's own."""
        at = thread and config(thread, None)

        def ordered(saver: Any) -> Tuples:
            found = [
                seen(one) | {"thread": one.config["configurable"]["thread_id"]}
                for one in saver.list(at)
            ]
            return sorted(found, key=lambda one: (one["thread"], one["space"], one["at"]))

        self.both(ordered)

    @rule(
        thread=THREADS,
        space=SPACES,
        one=st.one_of(st.none(), IDS),
        channels=st.lists(CHANNELS, max_size=3, unique=True),
    )
    def history(self, thread: str, space: str, one: str | None, channels: Any) -> None:
        if self.has_cycle(thread, space):
            return  # the oracle would never come back
        at = config(thread, space, one)
        self.both(lambda s: s.get_delta_channel_history(config=at, channels=channels))

    @rule(thread=THREADS)
    def delete_thread(self, thread: str) -> None:
        self.both(lambda s: s.delete_thread(thread))

    @rule(source=THREADS)
    def copy_and_take_the_copy(self, source: str) -> None:
        """Away and back again: what comes back is what went."""
        self.ours.copy_thread(source, "copy")
        self.ours.delete_thread(source)
        self.ours.copy_thread("copy", source)
        self.ours.delete_thread("copy")

    @rule()
    def forget_scripts(self) -> None:
        with Redis.from_url(self.redis_url) as client:
            client.script_flush()

    @invariant()
    def everything_agrees(self) -> None:
        for thread in ("t", "u/{1}"):
            for space in ("", "child/1"):
                at = config(thread, space)
                self.both(partial(everything, at=at))

    def has_cycle(self, thread: str, space: str) -> bool:
        parents = self.parents.get((thread, space), {})
        for start in parents:
            walked, one = set(), start
            while one in parents and one not in walked:
                walked.add(one)
                one = parents[one]
            if one in walked:
                return True
        return False


def in_memory() -> Any:
    return InMemorySaver(serde=StrictSerializer())


def in_sqlite() -> Any:
    saver = SqliteSaver(
        sqlite3.connect(":memory:", check_same_thread=False), serde=StrictSerializer()
    )
    saver.setup()
    return saver


CODECS = {
    "usual": Codec(),
    "all big and secret": Codec(4, Cipher.of(b"0123456789abcdef"), big=2),
}


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("oracle", [in_memory, in_sqlite])
@pytest.mark.parametrize("version", ["6.2", "7.0"])
def test_redis_answers_as_the_others_do(
    version: str, oracle: Any, codec: str, redis_servers: Callable[[str], str]
) -> None:
    class One(Machine):
        redis_url = redis_servers(version)
        oracle_of = staticmethod(oracle)

    One.codec = CODECS[codec]
    run_state_machine_as_test(
        One,
        settings=settings(
            max_examples=15 * HUNT,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
