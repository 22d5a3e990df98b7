"""The examples from the shell, each command a process of its own: the demo, and a trip that waits."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(short_folder: Path) -> Path:
    """A copy of the examples, with a memory of its own."""
    skipped = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "graphs", short_folder / "graphs", ignore=skipped)
    return short_folder


def run(project: Path, *words: str, **world: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *words]
    return subprocess.run(
        command,
        cwd=project,
        env={**os.environ, **world},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_demo_goes_as_it_should(project: Path) -> None:
    done = run(project, "graphs.demo")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "before the crash: classify_intent\n" in done.stdout
    assert "after it:         ask_carrier, compose_reply\n" in done.stdout


def test_a_trip_waits_in_one_process_and_is_booked_in_another(project: Path) -> None:
    trip = {"origin": "Berlin", "cities": ["Munich"], "start": "2027-05-08", "budget": "700"}
    planner = ("agentgraph", "run", "graphs/travel_planner.py", "--thread", "spring")
    asked = run(project, *planner, "--input", json.dumps(trip))
    assert asked.returncode == 3, asked.stderr
    assert asked.stdout == ""
    assert "Shall this trip be booked?" in asked.stderr
    refused = run(project, *planner, "--resume", '{"approved": "maybe"}')
    assert refused.returncode == 3, refused.stderr
    booked = run(project, *planner, "--resume", '{"approved": true}')
    assert booked.returncode == 0, booked.stderr
    told = json.loads(booked.stdout)
    assert told["outcome"] == "booked"
    assert (project / ".agentgraph" / "agency.db").exists()


def test_a_booking_office_that_refuses_lets_the_hold_go(project: Path) -> None:
    trip = {"origin": "Berlin", "cities": ["Prague"], "start": "2027-05-08", "budget": "700"}
    planner = ("agentgraph", "run", "graphs/travel_planner.py", "--thread", "spring")
    assert run(project, *planner, "--input", json.dumps(trip)).returncode == 3
    done = run(project, *planner, "--resume", '{"approved": true}', AGENCY_REFUSES="1")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "booking_failed"


def test_every_example_checks_without_a_finding() -> None:
    done = run(ROOT, "agentgraph", "check", "graphs/", "--format", "json", "--strict")
    told = json.loads(done.stdout)
    assert (told["findings"], done.returncode) == ([], 0), done.stdout
    assert len(told["graphs"]) == 6


@pytest.mark.parametrize("example", ["order_processing", "answer_with_sources", "travel_planner"])
def test_the_commands_in_an_example_s_docstring_are_meant_as_written(example: str) -> None:
    """They name the file itself, and their input is what the graph takes."""
    text = (ROOT / "graphs" / f"{example}.py").read_text(encoding="utf-8").split('"""')[1]
    assert f"agentgraph run graphs/{example}.py" in text
    given = text[text.index("'{") + 1 : text.index("}'") + 1]
    spec = json.loads(run(ROOT, "agentgraph", "export", f"graphs/{example}.py").stdout)
    assert set(json.loads(given)) <= {port["field"] for port in spec["input"]["ports"]}
