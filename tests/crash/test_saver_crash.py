"""Processes killed at chosen and at random moments, servers too: what had finished is not run again."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import Any

import pytest

from checkpoints import EmbeddedRedis, RedisSaver
from tests.crash.saver_graph import ORDER, SIBLINGS

HUNT = int(os.environ.get("AGENTGRAPH_HUNT", "1"))
KILLS = 30 * HUNT
Run = Callable[..., str]
LEVELS = {
    name: level
    for level, names in enumerate([["n0"], ["n1"], ["n2"], SIBLINGS, ["n3"], ["n4"], ["n5"]])
    for name in names
}


@pytest.fixture(scope="module")
def runner() -> Iterator[Run]:
    """Runs a job in a process of its own; how it ended."""
    script = Path(__file__).with_name("saver_graph.py")
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        stdin, stdout = process.stdin, process.stdout

        def run(folder: Path, thread: str = "t", **job: Any) -> str:
            job = {"mode": "invoke", "durability": "sync", "log": str(log_of(folder, thread))} | job
            stdin.write(json.dumps({"folder": str(folder), "thread": thread} | job) + "\n")
            stdin.flush()
            return stdout.readline().strip()

        yield run
        stdin.close()


def log_of(folder: Path, thread: str = "t") -> Path:
    return folder / f"{thread}.log"


def trace(folder: Path, thread: str = "t") -> list[tuple[str, str]]:
    path = log_of(folder, thread)
    lines = path.read_text().splitlines() if path.exists() else []
    return [(word, node) for word, node in (line.split() for line in lines)]


def final(folder: Path, thread: str = "t") -> list[str]:
    with EmbeddedRedis(folder) as server, RedisSaver.from_url(server.url) as saver:
        found = saver.get_tuple({"configurable": {"thread_id": thread}})
        assert found is not None
        seen: list[str] = found.checkpoint["channel_values"]["seen"]
        return seen


def whole(seen: list[str]) -> bool:
    """Each node once, the siblings in the order in which LangGraph applies them."""
    return sorted(seen) == sorted(["input", *ORDER]) and seen[:4] == ["input", "n0", "n1", "n2"]


@pytest.mark.parametrize("mode", ["invoke", "ainvoke"])
@pytest.mark.parametrize("durability", ["sync", "async"])
def test_siblings_that_had_finished_do_not_run_again(
    runner: Run, short_folder: Path, mode: str, durability: str
) -> None:
    assert runner(short_folder, act="kill", mode=mode, durability=durability) == "SIGKILL"
    before = trace(short_folder)
    assert {node for word, node in before if word == "end"} == {"n0", "n1", "n2", "left", "right"}
    assert runner(short_folder, mode=mode, durability=durability) == "done"
    started = [node for word, node in trace(short_folder)[len(before) :] if word == "start"]
    assert started == ["last", "n3", "n4", "n5"]
    assert whole(final(short_folder))


@pytest.mark.parametrize(
    ("act", "ended"), [("server", "RedisUnreachableError"), ("both", "SIGKILL")]
)
@pytest.mark.parametrize("mode", ["invoke", "ainvoke"])
def test_a_killed_server_loses_nothing(
    runner: Run, short_folder: Path, mode: str, act: str, ended: str
) -> None:
    assert runner(short_folder, act=act, mode=mode) == ended
    before = trace(short_folder)
    assert runner(short_folder, mode=mode) == "done"
    started = [node for word, node in trace(short_folder)[len(before) :] if word == "start"]
    assert started == ["n4", "n5"]
    assert whole(final(short_folder))


def duration(runner: Run, folder: Path) -> float:
    """Seconds that a run takes here and now."""
    with EmbeddedRedis(folder):
        began = time.monotonic()
        for number in range(3):
            assert runner(folder, f"usual{number}") == "done"
        return (time.monotonic() - began) / 3


VICTIMS = {"client": ["client"], "server": ["server"], "both": ["server", "client"]}


@pytest.mark.parametrize("who", VICTIMS)
def test_killed_at_random_moments(runner: Run, short_folder: Path, who: str) -> None:
    """Under `sync` a superstep begins once the one before it is stored: only the last one begun may run again."""
    dice = random.Random(who)
    ended: Counter[str] = Counter()
    again = midway = 0
    with ExitStack() as stack:
        if who == "client":  # else a process that stays would be one that knows no server
            stack.enter_context(EmbeddedRedis(short_folder))
        usual = duration(runner, short_folder)
        for number in range(KILLS // len(VICTIMS)):
            thread = f"t{number}"
            mode = dice.choice(["invoke", "ainvoke"])
            moment = dice.uniform(0, usual / 2)
            with EmbeddedRedis(short_folder) if who != "client" else nullcontext():
                ended[
                    runner(short_folder, thread, mode=mode, kill_after=moment, victims=VICTIMS[who])
                ] += 1
            before = [node for word, node in trace(short_folder, thread) if word == "start"]
            assert runner(short_folder, thread, mode=mode) == "done"
            after = [node for word, node in trace(short_folder, thread) if word == "start"][
                len(before) :
            ]
            repeated = set(before) & set(after)
            again += len(repeated)
            midway += 0 < len(before) < len(ORDER)
            reached = max((LEVELS[node] for node in before), default=0)
            assert all(LEVELS[node] == reached for node in repeated), (before, after)
            assert len(before + after) == len(ORDER) + len(repeated)
            assert whole(final(short_folder, thread))
    print(f"{who} killed: {dict(ended)}, {midway} midway; {again} nodes in flight run again")
    assert midway
    assert set(ended) <= {"done", "SIGKILL", "RedisUnreachableError"}
