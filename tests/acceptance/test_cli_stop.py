"""`agentgraph run` that has to end: SIGTERM, a deadline; and what it streams to a person."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.acceptance.cli import AGENTGRAPH, raising, write
from tests.acceptance.cli import with_langgraph as agentgraph

STEPS = """\
import os
from typing import TypedDict
from agentgraph import END, START, Edge, Graph, Retry, agent

class Number(TypedDict):
    n: int

TRIES: list[int] = []

def wait():
    with open("go") as pipe:       # a FIFO: until the test opens it, too
        pipe.read()

@agent(writes="n")
def first(n: int) -> int:
    with open("first", "a") as file:
        file.write("x")
    if os.environ.get("WAIT"):
        with open("ready", "w"):   # a FIFO, too
            pass
        wait()
    return n + 1

@agent(writes="n", retry=Retry(attempts=2, wait=0, jitter=0))
def second(n: int) -> int:
    TRIES.append(n)
    if len(TRIES) == 1:
        raise OSError("busy")
    return n + 1

graph = Graph("steps", input=Number, output=Number, edges=[
    Edge(START, first), Edge(first, second), Edge(second, END),
])
"""


@contextmanager
def waiting(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A run that is within its first agent, and waits there."""
    write(folder, steps=STEPS)
    for name in ("ready", "go"):
        os.mkfifo(folder / name)
    command = [str(AGENTGRAPH), "run", "steps.py", "--input", '{"n": 0}', *arguments]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "WAIT": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        (folder / "ready").read_text()
        yield process
    finally:
        process.kill()
        process.communicate()


def test_sigterm_lets_the_step_finish_and_says_how_to_go_on(tmp_path: Path) -> None:
    with waiting(tmp_path, "--thread", "T-1") as process:
        assert process.stderr is not None
        process.send_signal(signal.SIGTERM)
        while "no further step begins" not in process.stderr.readline():
            assert process.poll() is None
        (tmp_path / "go").write_text("")
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (143, "")
    assert "the run was stopped (SIGTERM), between two steps" in err
    assert "go on with: agentgraph run steps.py --thread T-1" in err
    done = agentgraph("run", "steps.py", "--thread", "T-1", "--quiet", cwd=tmp_path)
    assert done.json == {"n": 2}
    assert (tmp_path / "first").read_text() == "x"


def test_a_second_sigterm_gives_up_on_what_hangs(tmp_path: Path) -> None:
    with waiting(tmp_path, "--thread", "T-1") as process:
        assert process.stderr is not None
        process.send_signal(signal.SIGTERM)
        while "no further step begins" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 143
    assert "given up on" in err
    done = agentgraph("run", "steps.py", "--thread", "T-1", "--quiet", cwd=tmp_path)
    assert done.json == {"n": 2}


def test_without_a_memory_there_is_nothing_to_wait_for(tmp_path: Path) -> None:
    with waiting(tmp_path) as process:
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 143
    assert "the run was stopped (SIGTERM)" in err
    assert "go on with" not in err


def test_a_deadline_ends_a_run_that_hangs(tmp_path: Path) -> None:
    with waiting(tmp_path, "--thread", "T-1", "--deadline", "0.2") as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "first was not done before the deadline" in err
    assert "go on with: agentgraph run steps.py --thread T-1" in err


def test_a_deadline_that_is_none_is_told(tmp_path: Path) -> None:
    write(tmp_path, steps=STEPS)
    done = agentgraph("run", "steps.py", "--input", '{"n": 0}', "--deadline", "0", cwd=tmp_path)
    assert done.code == 2
    assert "is no deadline" in done.err


def test_what_is_streamed_to_a_pipe_is_json_from_begin_to_end(tmp_path: Path) -> None:
    write(tmp_path, steps=STEPS)
    done = agentgraph("run", "steps.py", "--input", '{"n": 0}', "--stream", cwd=tmp_path)
    assert done.json == {"n": 2}
    events = [json.loads(line) for line in done.err.splitlines()]
    assert [event["kind"] for event in events] == [
        "run_started",
        "agent_started",
        "agent_finished",
        "agent_started",
        "attempt_failed",
        "agent_finished",
        "run_finished",
    ]
    assert {event["run"] for event in events} == {events[0]["run"]}
    assert [event["superstep"] for event in events if event["kind"] == "agent_started"] == [1, 2]


def test_on_a_terminal_it_is_to_be_read(tmp_path: Path) -> None:
    write(tmp_path, steps=STEPS)
    ours, theirs = os.openpty()
    command = [str(AGENTGRAPH), "run", "steps.py", "--input", '{"n": 0}', "--stream"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs, text=True
    ) as run:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:  # how a terminal says that it is closed
            pass
        assert run.stdout is not None
        assert json.loads(run.stdout.read()) == {"n": 2}
    os.close(ours)
    lines = shown.decode().splitlines()
    assert lines[0].split()[1:] == ["steps", "begins"]
    assert any("↻ second  attempt 1 failed: OSError: busy" in line for line in lines)
    assert "steps finished" in lines[-1]


def test_the_runs_of_a_thread_are_listed_and_told(tmp_path: Path) -> None:
    write(tmp_path, steps=STEPS)
    agentgraph("run", "steps.py", "--input", '{"n": 0}', "--thread", "T-1", cwd=tmp_path)
    listed = agentgraph("runs", "T-1", cwd=tmp_path)
    header, line = listed.out.splitlines()
    assert header.split()[:4] == ["RUN", "BEGAN", "TOOK", "HOW"]
    assert "finished" in line
    name = line.split()[0]
    told = agentgraph("runs", "T-1", "--run", name, cwd=tmp_path)
    assert "↻ second  attempt 1 failed: OSError: busy" in told.out
    (data,) = agentgraph("runs", "T-1", "--format", "json", cwd=tmp_path).json
    assert data["run"].startswith(name)
    assert data["events"][0]["kind"] == "run_started"
    wrong = agentgraph("runs", "T-1", "--run", "zz", cwd=tmp_path)
    assert (wrong.code, wrong.out) == (2, "")
    assert f"its runs: {name}" in wrong.err
    unknown = agentgraph("runs", "T-2", cwd=tmp_path)
    assert (unknown.code, unknown.out) == (2, "")
    assert "there is no thread 'T-2'" in unknown.err
    assert "did you mean 'T-1'?" in unknown.err


def test_how_a_run_failed_does_not_widen_the_list(tmp_path: Path) -> None:
    failing = STEPS.replace("busy", "long " * 40).replace("len(TRIES) == 1", "True")
    write(tmp_path, steps=failing)
    done = raising("run", "steps.py", "--input", '{"n": 0}', "--thread", "T-1", cwd=tmp_path)
    assert done.code == 1
    listed = agentgraph("runs", "T-1", cwd=tmp_path)
    assert "failed: OSError: long" in listed.out
    assert max(map(len, listed.out.splitlines())) < 140
