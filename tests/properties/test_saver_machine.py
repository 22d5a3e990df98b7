"""RedisSaver against LangGraph's InMemorySaver: the same random operations, the same answers."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from langgraph.checkpoint.base import WRITES_IDX_MAP, empty_checkpoint
from langgraph.checkpoint.memory import InMemorySaver
from redis import Redis

from checkpoints import RedisSaver, StrictSerializer

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
Jobs = list[tuple[list[tuple[str, Any]], str, str]]
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
    saver.put_writes(at, *job)


def everything(saver: Any, at: Any) -> Tuples:
    return [seen(one) for one in saver.list(at)]


class Machine(RuleBasedStateMachine):
    """Drives both savers. `redis_url` is set by the test."""

    redis_url = ""

    def __init__(self) -> None:
        super().__init__()
        self.ours = RedisSaver.from_url(self.redis_url, prefix=f"machine-{uuid4().hex}:")
        self.oracle = InMemorySaver(serde=StrictSerializer())
        self.versions: dict[tuple[str, str, str], str] = {}

    def teardown(self) -> None:
        for thread in ("t", "u/{1}"):
            self.ours.delete_thread(thread)
        self.ours.close()

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
        self.both(lambda s: s.put(config(thread, space, parent), made, metadata, new))

    @rule(thread=THREADS, space=SPACES, one=IDS, jobs=JOBS)
    def put_writes(self, thread: str, space: str, one: str, jobs: Jobs) -> None:
        self.write(thread, space, one, jobs)

    def write(self, thread: str, space: str, one: str, jobs: Jobs) -> None:
        for writes, task, path in jobs:
            self.both(partial(store, at=config(thread, space, one), job=(writes, task, path)))

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
        channels=st.lists(CHANNELS, max_size=3),
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
        parents = {one: stored[2] for one, stored in self.oracle.storage[thread][space].items()}
        for start in parents:
            walked, one = set(), start
            while one in parents and one not in walked:
                walked.add(one)
                one = parents[one] or ""
            if one in walked:
                return True
        return False


@pytest.mark.parametrize("version", ["6.2", "7.0"])
def test_redis_answers_as_memory_does(version: str, redis_servers: Callable[[str], str]) -> None:
    Machine.redis_url = redis_servers(version)
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=50 * HUNT,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
