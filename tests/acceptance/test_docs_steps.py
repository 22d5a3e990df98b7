"""What the page on recorded steps shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from agentgraph.call import errors

PAGE = (Path(__file__).parents[2] / "docs" / "steps.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_second_run_does_nothing_again(
    capsys: pytest.CaptureFixture[str],
    redis_url: str,
    prefix: str,
) -> None:
    declared, run = blocks("python")
    names: dict[str, Any] = {"__name__": "trip"}
    exec(compile(declared, "trip.py", "exec"), names)
    where = f"open_memory({redis_url!r}, prefix={prefix!r})"
    exec(compile(run.replace("open_memory()", where), "run.py", "exec"), names)
    shown, _ = blocks("text")
    printed = capsys.readouterr().out
    printed = re.sub(r"key \w{4}\.\.\.", "key ...", printed)
    assert re.sub(r"in \d{4}", "in ...", printed) == shown


def test_the_error_is_worded_as_shown() -> None:
    [_, shown] = blocks("text")
    new, recorded = re.findall(r"\((\w{16})\)", shown)
    tool = ("tool", "book")
    error = errors.NonDeterminismError("plan", (*tool, new), (*tool, recorded))
    assert str(error) == shown.rstrip("\n")


def test_every_error_is_one() -> None:
    for name in re.findall(r"`(\w+Error)`", PAGE):
        assert hasattr(errors, name), name
