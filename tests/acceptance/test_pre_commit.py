"""The hook, run by pre-commit itself, in fresh repositories: offline, from a clone of ours."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.cli import GOOD, write
from tests.acceptance.test_cli_check import BAD

ROOT = Path(__file__).parents[2]
HOOKS = ".pre-commit-hooks.yaml"


@pytest.fixture(scope="module", autouse=True)
def tools() -> None:
    missing = [] if shutil.which("git") else ["git"]
    missing += [] if importlib.util.find_spec("pre_commit") else ["pre-commit"]
    if missing and os.environ.get("CI"):
        pytest.fail(f"not installed: {', '.join(missing)}")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def environment(home: Path) -> dict[str, str]:
    """Nobody's git settings, a cache of its own, and the command that is tested."""
    bin_ = Path(sys.executable).parent
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(home / "cache"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.invalid"]
    done = subprocess.run(
        ["git", *who, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env=environment(folder.parent),
    )
    return done.stdout.strip()


def committed(folder: Path) -> Path:
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "begin")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository that takes our hook from another, as pre-commit does from a code host."""
    ours = tmp_path / "ours"
    ours.mkdir()
    shutil.copy(ROOT / HOOKS, ours)
    rev = git(committed(ours), "rev-parse", "HEAD")
    theirs = write(tmp_path / "theirs", flow=GOOD, setup="raise SystemExit('never imported')\n")
    (theirs / "notes.md").write_text("agentgraph Graph\n")
    (theirs / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {ours}\n  rev: {rev}\n  hooks: [{{id: agentgraph-check}}]\n"
    )
    return committed(theirs)


def pre_commit(project: Path) -> tuple[int, str]:
    """What `git commit` would run, of the files that are staged."""
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
        env=environment(project.parent),
    )
    return done.returncode, done.stdout + done.stderr


def test_only_a_graph_that_breaks_keeps_a_commit_back(project: Path) -> None:
    for changed in ("setup.py", "notes.md"):
        (project / changed).write_text((project / changed).read_text() + "\n")
    git(project, "add", ".")
    code, told = pre_commit(project)
    assert code == 0, told
    assert "agentgraph check" in told
    assert "Passed" in told

    write(project, flow=BAD)
    git(project, "add", ".")
    code, told = pre_commit(project)
    assert code == 1, told
    assert "error[AG101]" in told
    assert "--> flow.py:" in told


def test_a_changed_module_is_held_against_the_projects_graphs(project: Path) -> None:
    """What changed declares no graph, but a graph of the targets imports it."""
    (project / "pyproject.toml").write_text('[tool.agentgraph]\ntargets = ["flow.py"]\n')
    write(
        project,
        parts="KIND = str\n",
        flow="from parts import KIND\n" + GOOD.replace("query: str) -> str", "query: KIND) -> str"),
    )
    git(project, "add", ".")
    git(project, "commit", "--quiet", "-m", "split")
    write(project, parts="KIND = int\n")
    git(project, "add", ".")

    code, told = pre_commit(project)

    assert code == 1, told
    assert "error[AG101]" in told
