"""`pytest --agentgraph` in a project of its own: its graphs are tests beside its tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.cli import GOOD, write
from tests.acceptance.test_cli_check import BAD

SETTINGS = """\
[tool.agentgraph]
targets = ["graphs"]
[tool.pytest.ini_options]
testpaths = ["tests"]
filterwarnings = ["error"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    write(tmp_path, tests__test_own="def test_own(): pass\n")
    return write(tmp_path, graphs__sound=GOOD, graphs__broken=BAD.replace('"small"', '"odd one"'))


def run(project: Path, *arguments: str) -> tuple[int, str]:
    # `-p` by the entry point's name: it is loaded once, whether or not this environment knows it.
    command = [sys.executable, "-m", "pytest", "-p", "agentgraph.testing.plugin", "-rA", *arguments]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", "-p", "no:xdist"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
    )
    return done.returncode, done.stdout + done.stderr


def test_without_the_option_nothing_is_checked(project: Path) -> None:
    code, told = run(project)

    assert code == 0, told
    assert "1 passed" in told


def test_each_graph_is_a_test(project: Path) -> None:
    code, told = run(project, "--agentgraph")

    assert code == 1, told
    assert "1 failed, 2 passed" in told
    assert "PASSED pyproject.toml::small" in told
    assert "FAILED pyproject.toml::odd one" in told
    assert "error[AG101]: input -> answer: the contract does not hold" in told
    assert re.search(r"--> graphs/broken.py:\d+", told)
    assert "def answer" not in told  # no traceback, no source of ours
    assert "runtest" not in told


def test_it_can_be_chosen_by_name_and_by_the_projects_settings(project: Path) -> None:
    code, told = run(project, "--agentgraph", "-k", "odd or own")
    assert (code, "1 failed, 1 passed, 1 deselected" in told) == (1, True), told

    with (project / "pyproject.toml").open("a") as file:
        file.write('[tool.agentgraph.check]\nseverity = {AG101 = "note"}\n')
    code, told = run(project, "--agentgraph")
    assert (code, "3 passed" in told) == (0, True), told


def test_what_cannot_be_checked_fails(project: Path) -> None:
    write(project, graphs__torn="import agentgraph; Graph(")

    code, told = run(project, "--agentgraph", "-k", "torn or small")

    assert (code, "1 failed, 1 passed" in told) == (1, True), told
    assert "graphs/torn.py:1: SyntaxError" in told
