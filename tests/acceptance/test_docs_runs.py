"""What the page on runs shows happens, and its table of events has all kinds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from agentgraph.observe import events

PAGE = (Path(__file__).parents[2] / "docs" / "runs.md").read_text(encoding="utf-8")


def test_its_python_runs() -> None:
    names: dict[str, Any] = {"__name__": "page"}
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    for block in blocks:
        assert "assert" in block
        exec(compile(block, "docs/runs.md", "exec"), names)
    assert len(blocks) == 2


def test_every_kind_of_event_is_listed() -> None:
    table = PAGE[PAGE.index("| about |") : PAGE.index("All have `agent`")]
    assert set(re.findall(r"`([a-z_]+)`", table)) - {"traceparent"} == set(events._KINDS)
