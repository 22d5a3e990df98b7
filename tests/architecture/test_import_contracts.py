"""Each import-linter contract holds, and fails when it is broken on purpose."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Contract id: the file that breaks it, and the line that does.
BREAKS = {
    "rooms": ("agentgraph/model/source.py", "import agentgraph.declare.graph"),
    "engine": ("agentgraph/check/engine.py", "import langgraph"),
    "redis": ("agentgraph/run/start.py", "import redis"),
    "memory": ("agentgraph/run/start.py", "import checkpoints.saver"),
    "checkpoints": ("checkpoints/keys.py", "import agentgraph.errors"),
    "front-door": ("agentgraph/lower/plan.py", "import agentgraph"),
    "json-engine": ("agentgraph/check/engine.py", "import jsonschema_rs"),
}


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # In the copy's folder its own packages come first on sys.path; the installed ones are the same names.
    command = [
        sys.executable,
        "-c",
        "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as run; run()",
    ]
    return subprocess.run(
        [*command, "--no-cache", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
    for package in ("agentgraph", "checkpoints", "graphs"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_all_contracts_hold() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout
    assert f"{len(BREAKS)} kept, 0 broken" in done.stdout


@pytest.mark.parametrize("contract", BREAKS)
def test_a_contract_fails_when_it_is_broken(contract: str, copy: Path) -> None:
    file, line = BREAKS[contract]
    path = copy / file
    path.write_text(
        path.read_text(encoding="utf-8") + f"\n\ndef _broken() -> None:\n    {line}\n",
        encoding="utf-8",
    )
    done = lint(copy, "--contract", contract)
    assert done.returncode == 1, done.stdout
    assert "BROKEN" in done.stdout
