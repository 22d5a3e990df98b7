"""What the page on testing shows is a test file that passes, and every name in its tables is one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import agentgraph.testing

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")


def test_its_examples_pass(tmp_path: Path) -> None:
    graph, *tests = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "refunds.py").write_text(graph)
    (tmp_path / "test_refunds.py").write_text("\n".join(tests))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_refunds.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert f"{PAGE.count('def test_')} passed" in done.stdout, done.stdout + done.stderr


def test_every_name_is_one() -> None:
    named = set(re.findall(r"`([A-Za-z_]+)\(", PAGE)) - {"sort_ticket"}
    assert len(named) > 10
    assert named - {"with"} <= {*agentgraph.testing.__all__, "Call"}
