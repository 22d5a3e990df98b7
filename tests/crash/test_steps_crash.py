"""Processes killed at every step boundary and at random moments: what was recorded is not done again."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from agentgraph.remember.records import StepRecord, record_of
from checkpoints import RedisJournal
from tests.crash.effects_server import ID, EffectsServer

HUNT = int(os.environ.get("AGENTGRAPH_HUNT", "1"))
KILLS = 12 * HUNT
"""At random moments; those at the boundaries of steps come beside."""
AT = 2 if HUNT == 1 else 1
TURNS = (1, 2)
Run = Callable[..., str]


@pytest.fixture(scope="module")
def runner() -> Iterator[Run]:
    """Runs a job in a process of its own; how it ended."""
    script = Path(__file__).with_name("steps_graph.py")
    with subprocess.Popen(
        [sys.executable, "-m", "tests.crash.steps_graph"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=script.parents[2],
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        stdin, stdout = process.stdin, process.stdout

        def run(**job: Any) -> str:
            stdin.write(json.dumps(job) + "\n")
            stdin.flush()
            return str(json.loads(stdout.readline()))

        yield run
        stdin.close()


@pytest.fixture(scope="module")
def server() -> Iterator[EffectsServer]:
    with EffectsServer() as server:
        yield server


@dataclass
class Life:
    """A thread that is killed again and again, and what each kill left in flight."""

    runner: Run
    server: EffectsServer
    url: str
    prefix: str
    thread: str
    kills: int = 0
    again: Counter[str] = field(default_factory=Counter)
    finished: set[str] = field(default_factory=set)

    def run(self, turn: int, awaited: bool, **dies: Any) -> str:
        """One process on the thread: its output, or "SIGKILL". What was recorded before it is not done by it."""
        before = self.server.asked.copy()
        job = {"url": self.url, "prefix": self.prefix, "server": self.server.url}
        said = self.runner(**job, thread=self.thread, turn=turn, awaited=awaited, **dies)
        done = self.server.asked - before
        assert not done.keys() & self.finished, "a recorded step was done again"
        assert all(number == 1 for number in done.values()), "done twice by one process"
        self.finished = self.recorded()
        if said == "SIGKILL":
            self.kills += 1
            self.again.update(what for what in done if what not in self.finished)
        return said

    def recorded(self) -> set[str]:
        """What the records of the thread name as their results."""
        found: set[str] = set()
        with RedisJournal.from_url(self.url, prefix=self.prefix) as journal:
            for step in journal.read_thread(self.thread):
                if step.place.startswith("@"):  # what else happened in its runs
                    continue
                record = record_of(step.payload)
                assert isinstance(record, StepRecord)
                if record.kind in ("tool", "step", "model"):
                    found.add(named(record.result))
        return found

    def check(self, outputs: list[str], expected: list[str]) -> None:
        """Nothing is missing, and nothing was done more often than kills allow."""
        assert outputs == [text.replace("whole", self.thread) for text in expected]
        asked = {what: n for what, n in self.server.asked.items() if f"#{self.thread}." in what}
        assert asked.keys() == self.finished
        for what, number in asked.items():
            assert number <= 1 + self.again[what], (what, number, self.again[what])
        for what, keys in self.server.keys.items():
            if f"#{self.thread}." in what:
                assert len(keys) == 1, "one key over all kills"
                assert self.server.effects[what] == 1, (
                    "exactly once, as counted by who honours keys"
                )
        assert self.server.conflicts == [], "times and random numbers stay what they were"


def named(result: Any) -> str:
    """What a recorded result says it is for."""
    if "raw" not in result:
        return str(result["id"])
    (name,) = ID.findall(result["raw"]["content"] or result["raw"]["tool_calls"][0]["id"])
    return str(name)


def whole(life: Life, awaited: bool) -> list[str]:
    """What the turns come to when nobody is killed."""
    outputs = [life.run(turn, awaited) for turn in TURNS]
    assert len(life.finished) == 28, outputs
    assert set(life.server.asked.values()) == {1}
    return outputs


@pytest.mark.parametrize("awaited", [False, True])
def test_killed_at_every_step_boundary(
    runner: Run, server: EffectsServer, redis_url: str, prefix: str, awaited: bool
) -> None:
    """In turn before and after a record that a process writes: the second, or in a hunt the first.

    Then each step is in flight at one kill. The second turn runs undisturbed on what the first
    left, unless there is time to hunt.
    """
    name = "awaited" if awaited else "blocking"
    with EffectsServer() as own:
        expected = whole(Life(runner, own, redis_url, prefix, "whole"), awaited)
    life = Life(runner, server, redis_url, prefix, f"boundary-{name}")
    outputs = []
    for turn in TURNS:
        said = "SIGKILL"
        while said == "SIGKILL":
            when = "before" if life.kills % 2 == 0 else "after"
            dies = {"dies": when, "at": AT} if turn == 1 or HUNT > 1 else {}
            said = life.run(turn, awaited, **dies)
        outputs.append(said)
    life.check(outputs, expected)
    steps = len(life.finished)
    print(
        f"{name}: {life.kills} kills at the boundaries of {steps} steps; "
        f"{sum(life.again.values())} in flight were done again"
    )
    assert life.kills >= (steps // 4 if HUNT == 1 else steps * 2)


@pytest.mark.parametrize("awaited", [False, True])
def test_killed_at_random_moments(
    runner: Run, server: EffectsServer, redis_url: str, prefix: str, awaited: bool
) -> None:
    name = "awaited" if awaited else "blocking"
    with EffectsServer() as own:
        began = time.monotonic()
        expected = whole(Life(runner, own, redis_url, prefix, "whole"), awaited)
        usual = (time.monotonic() - began) / len(TURNS)
    dice = random.Random(name)
    kills = threads = again = 0
    latest = usual
    while kills < KILLS / 2:
        life = Life(runner, server, redis_url, prefix, f"random-{name}-{threads}")
        outputs = []
        for turn in TURNS:
            said = "SIGKILL"
            while said == "SIGKILL":
                said = life.run(turn, awaited, kill_after=dice.uniform(0, latest))
                # Ever later, so that a busy machine gets to the end; sooner, once one has.
                latest *= 1.2 if said == "SIGKILL" else 0.6
            outputs.append(said)
        life.check(outputs, expected)
        kills, threads = kills + life.kills, threads + 1
        again += sum(life.again.values())
    print(f"{name}: {kills} kills at random moments of {threads} threads; {again} steps in flight")
