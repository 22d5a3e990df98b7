"""Looking into memory from the shell: threads, show, diff, fork, prune, memory."""

from __future__ import annotations

import random
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentgraph import open_memory, resume_graph, run_graph
from agentgraph.remember.ports import Memory
from tests.acceptance.cli import GOOD, Ran, write
from tests.acceptance.cli import with_langgraph as agentgraph

TRIP = """\
import pathlib
from typing import TypedDict
from agentgraph import END, START, Edge, Graph, Route, agent, by_person

class Wish(TypedDict):
    city: str

class Plan(TypedDict):
    days: list[str]
    hotel: dict[str, int]

class Booking(TypedDict):
    booking: str

@agent
def draft(city: str) -> Plan:
    with open("ran.txt", "a") as file:
        file.write("draft ")
    return {"days": [city, "sea"], "hotel": {"nights": 2}}

@agent
def improve(days: list[str], hotel: dict[str, int]) -> Plan:
    with open("ran.txt", "a") as file:
        file.write("improve ")
    return {"days": [*days, "museum"], "hotel": {"nights": 3}}

@agent(asks="Book it?", writes="allowed")
def allow(days: list[str]) -> bool:
    return by_person()

@agent(writes="booking")
def book(days: list[str]) -> str:
    return f"{len(days)} days"

@agent(writes="booking")
def decline(city: str) -> str:
    return "none"

graph = Graph(
    "trip", version="2.1.0", input=Wish, output=Booking,
    edges=[
        Edge(START, draft), Edge(draft, improve), Edge(improve, allow),
        Route(allow, on="allowed", to={True: book, False: decline}),
        Edge([book, decline], END),
    ],
)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.agentgraph]\n")
    return write(tmp_path, trip=TRIP, flow=GOOD)


@pytest.fixture
def memory(project: Path) -> Iterator[Memory]:
    """Held open, so that each command need not start the server."""
    with open_memory(folder=project / ".agentgraph") as opened:
        yield opened


@pytest.fixture
def booked(project: Path, memory: Memory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with "T-1", booked, and "T-2", which waits."""
    monkeypatch.chdir(project)
    graph = runpy.run_path("trip.py")["graph"]
    for thread in ("T-1", "T-2"):
        run_graph(graph, {"city": "Rome"}, thread=thread, memory=memory)
    resume_graph(graph, True, thread="T-1", memory=memory)
    return project


def done(project: Path, *arguments: str, **environment: str) -> Ran:
    ran = agentgraph(*arguments, cwd=project, **environment)
    assert ran.code == 0, ran.err
    return ran


def test_threads_tells_how_each_stands(booked: Path, memory: Memory) -> None:
    rows = {row["thread"]: row for row in done(booked, "threads", "--format", "json").json}
    assert rows["T-1"]["graph"] == rows["T-2"]["graph"] == "trip"
    assert (rows["T-1"]["last"], rows["T-1"]["waiting"]) == (["book"], {})
    assert (rows["T-2"]["last"], rows["T-2"]["waiting"]) == (["improve"], {"allow": "Book it?"})
    assert rows["T-1"]["bytes"] > rows["T-2"]["bytes"] > 1000
    assert not rows["T-2"]["runs_now"]

    header, first, second = done(booked, "threads").out.splitlines()
    assert header.split() == [
        *("THREAD", "UPDATED", "CHECKPOINTS", "SIZE"),
        *("GRAPH", "LAST", "WAITS", "FOR"),
    ]
    assert first.split()[0] == "T-1"
    assert second.endswith("improve  allow")

    assert memory.hold is not None
    with memory.hold("T-1"):
        assert "(runs now)" in done(booked, "threads").out


def test_show_has_the_state_of_any_step(booked: Path) -> None:
    shown = done(booked, "show", "T-1", "--at", "1", "--format", "json").json
    assert shown["state"] == {"city": "Rome", "days": ["Rome", "sea"], "hotel": {"nights": 2}}
    assert (shown["ran"], shown["graph"], shown["version"]) == (["draft"], "trip", "2.1.0")
    by_id = done(booked, "show", "T-1", "--at", shown["checkpoint"], "--format", "json").json
    assert by_id == shown
    latest = done(booked, "show", "T-1", "--format", "json").json
    assert latest["state"]["booking"] == "3 days"
    assert done(booked, "show", "T-1", "--at", "-1", "--format", "json").json["state"] == {}

    text = done(booked, "show", "T-2").out
    assert text.startswith("T-2, step 2, ")
    assert "waits: Book it?" in text
    assert 'hotel: {\n  "nights": 3\n}' in text
    assert "asked: Book it?" in done(booked, "show", "T-1", "--at", "2").out


def test_every_step_of_the_history_can_be_shown(booked: Path) -> None:
    state: dict[str, object] = {}
    for step in done(booked, "history", "T-1", "--format", "json").json:
        state |= step["changed"]
        shown = done(booked, "show", "T-1", "--at", str(step["step"]), "--format", "json").json
        assert (shown["state"], shown["ran"]) == (state, step["ran"])


def test_diff_tells_paths(booked: Path) -> None:
    assert done(booked, "diff", "T-1", "1", "4").out.splitlines() == [
        "+ $.allowed       true",
        '+ $.booking       "3 days"',
        '+ $.days[2]       "museum"',
        "~ $.hotel.nights  2 -> 3",
    ]
    assert done(booked, "diff", "T-1", "2", "1", "--format", "json").json == [
        {"path": "$.days[2]", "kind": "removed", "before": "museum"},
        {"path": "$.hotel.nights", "kind": "changed", "before": 3, "after": 2},
    ]
    assert "+ $.city" in done(booked, "diff", "T-1", "-1", "0").out
    same = done(booked, "diff", "T-1", "2", "2")
    assert (same.out, same.err) == ("", "nothing changed between step 2 and step 2\n")


def test_a_fork_goes_another_way_and_its_origin_stays(booked: Path) -> None:
    before = done(booked, "history", "T-1", "--format", "json").json
    forked = done(booked, "fork", "T-1", "--at", "1")
    assert forked.out == "T-1-1\n"
    assert "what ran after it left behind" in forked.err
    (booked / "ran.txt").write_text("")
    assert agentgraph("run", "trip.py", "-t", "T-1-1", cwd=booked).code == 3
    assert (booked / "ran.txt").read_text() == "improve ", "draft had run before the step"
    other = done(booked, "run", "trip.py", "-t", "T-1-1", "--resume", "false")
    assert other.json == {"booking": "none"}
    assert done(booked, "history", "T-1", "--format", "json").json == before

    again = done(booked, "fork", "T-1", "--at", "1", "--format", "json").json
    assert (again["thread"], again["from"], again["step"]) == ("T-1-1-2", "T-1", 1)


def test_a_fork_of_a_waiting_thread_waits_too(booked: Path) -> None:
    assert done(booked, "fork", "T-2", "--to", "what if").out == "what if\n"
    (booked / "ran.txt").write_text("")
    no = done(booked, "run", "trip.py", "-t", "what if", "--resume", "false")
    assert no.json == {"booking": "none"}
    yes = done(booked, "run", "trip.py", "-t", "T-2", "--resume", "true")
    assert yes.json == {"booking": "3 days"}
    assert (booked / "ran.txt").read_text() == ""


def test_prune_keeps_the_latest_and_says_what_it_freed(booked: Path) -> None:
    plan = done(booked, "prune", "--keep", "latest", "--dry-run").out
    assert "would keep its latest step, and waits for allow" in plan
    before = {row["thread"]: row for row in done(booked, "threads", "--format", "json").json}
    assert before["T-1"]["checkpoints"] == 6, "a dry run does nothing"

    done_now = done(booked, "prune", "--keep", "latest", "--format", "json").json
    freed = {row["thread"]: row for row in done_now}
    after = {row["thread"]: row for row in done(booked, "threads", "--format", "json").json}
    for thread in ("T-1", "T-2"):
        assert freed[thread]["checkpoints"] == [before[thread]["checkpoints"], 1]
        # Redis lets its tables grow and shrink in its own time.
        measured = [before[thread]["bytes"], after[thread]["bytes"]]
        assert freed[thread]["bytes"] == pytest.approx(measured, abs=300)
        assert after[thread]["bytes"] < before[thread]["bytes"] - 1000
    assert done(booked, "run", "trip.py", "-t", "T-2", "--resume", "true").json == {
        "booking": "3 days"
    }
    assert "nothing to prune" in done(booked, "prune", "T-1", "--keep", "latest").err


def test_prune_deletes_what_was_named_or_is_old_and_asks_first(booked: Path) -> None:
    asked = agentgraph("prune", "T-2", "--delete", cwd=booked)
    assert (asked.code, asked.out) == (2, "")
    assert "waits for allow" in asked.err
    assert "--yes" in asked.err
    assert "nothing to prune" in done(booked, "prune", "--older-than", "1h").err

    deleted = done(booked, "prune", "T-2", "--delete", "--yes")
    assert "4 -> 0" in deleted.out
    assert " freed" in deleted.err
    assert [row["thread"] for row in done(booked, "threads", "--format", "json").json] == ["T-1"]
    done(booked, "prune", "--older-than", "0s", "--yes")
    assert done(booked, "threads").err == "no threads yet\n"


def test_a_thread_that_a_run_writes_is_not_pruned(booked: Path, memory: Memory) -> None:
    assert memory.hold is not None
    with memory.hold("T-1"):
        plan = done(booked, "prune", "--older-than", "0s", "--dry-run").out
        assert "is left as it is: a run writes it" in plan
        ran = agentgraph("prune", "--older-than", "0s", "--yes", cwd=booked)
    assert ran.code == 1
    assert "a run writes it: left as it is" in ran.out
    [left] = done(booked, "threads", "--format", "json").json
    assert (left["thread"], left["checkpoints"]) == ("T-1", 6)


def test_memory_tells_what_takes_up_the_most_first(booked: Path) -> None:
    noise = random.Random(7).randbytes(15_000).hex()  # hardly to be compressed
    big = f'{{"query": "{noise}"}}'
    done(booked, "run", "flow.py", "-t", "big", "-i", big)
    rows = done(booked, "memory", "--format", "json").json
    assert [row["thread"] for row in rows] == ["big", "T-1", "T-2"]
    assert all(row["bytes"] == sum(row["parts"].values()) for row in rows)
    header, first, *_, whole = done(booked, "memory").out.splitlines()
    assert header.split()[0] == "THREAD"
    assert first.split()[0] == "big"
    assert whole.split()[0] == "(all)"

    fields = done(booked, "memory", "big", "--format", "json").json
    assert {row["field"] for row in fields["fields"][:2]} == {"query", "reply"}
    assert all(
        row["bytes"] == row["values"] + row["blobs"] + row["writes"] for row in fields["fields"]
    )
    text = done(booked, "memory", "T-1")
    assert "(envelopes of checkpoints)" in text.out
    assert "in Redis, with its own bookkeeping" in text.err


def test_a_prefix_is_a_memory_of_its_own(project: Path, memory: Memory) -> None:
    tenant = ["--prefix", "acme:"]
    ran = agentgraph("run", "trip.py", "-t", "T", "-i", '{"city": "Oslo"}', *tenant, cwd=project)
    assert ran.code == 3
    assert "--thread T --prefix acme: --resume" in ran.err
    assert done(project, "threads").err == "no threads yet\n"
    assert "T  " in done(project, "threads", *tenant).out
    assert "improve" in done(project, "history", "T", *tenant).out
    assert "Oslo" in done(project, "show", "T", AGENTGRAPH_PREFIX="acme:").out
    assert "$.city" in done(project, "diff", "T", "-1", "0", *tenant).out
    assert done(project, "fork", "T", *tenant).out == "T-2\n"
    assert "T-2" in done(project, "memory", *tenant).out
    assert "city" in done(project, "memory", "T", *tenant).out
    assert "T-2" in done(project, "prune", "--older-than", "0s", "--yes", *tenant).out
    assert done(project, "threads", *tenant).err == "no threads yet\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("show T_1", ["there is no thread 'T_1'", "did you mean 'T-1'?"]),
        ("history zzz", ["there is no thread 'zzz'", "agentgraph threads"]),
        ("show T-1 --at 9", ["has no step 9", "its steps are -1 to 4"]),
        ("show T-1 --at second", ["has no step second", "its steps are -1 to 4"]),
        ("diff T-1 1 9", ["has no step 9", "its steps are -1 to 4"]),
        ("diff T_1 1 2", ["did you mean 'T-1'?"]),
        ("fork T-1 --at 9", ["has no step 9"]),
        ("fork T-1 --to T-2", ["there is a thread 'T-2' already", "--to"]),
        ("fork nobody", ["there is no thread 'nobody'"]),
        ("memory T_1", ["did you mean 'T-1'?"]),
        ("prune", ["what is to be removed?", "--keep latest"]),
        ("prune --delete", ["wants the threads by name", "--older-than 30d"]),
        ("prune T-1 --delete --keep latest", ["exclude each other"]),
        ("prune --older-than 30", ["'30' is no span", "30d"]),
        ("prune T_1 --delete --yes", ["no thread 'T_1'", "did you mean 'T-1'?"]),
        ("show T-1 --prefix {x}", ["may not contain braces"]),
    ],
)
def test_a_mistake_is_one_clear_error(booked: Path, arguments: str, words: list[str]) -> None:
    ran = agentgraph(*arguments.split(), cwd=booked)
    assert (ran.code, ran.out) == (2, ""), ran
    assert ran.err.count("error:") == 1
    for word in words:
        assert word in ran.err


def test_where_nothing_was_remembered_no_server_is_started(project: Path) -> None:
    for arguments in ("show T", "diff T 1 2", "fork T", "memory T", "prune --keep latest"):
        ran = agentgraph(*arguments.split(), cwd=project)
        assert (ran.code, ran.out) == (2, "")
        assert "nothing is stored" in ran.err
    assert done(project, "memory").err == "no threads yet\n"
    assert not (project / ".agentgraph").exists()
