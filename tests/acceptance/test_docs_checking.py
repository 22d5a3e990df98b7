"""What the page on checking says is so: its options, its settings, its hook, its picture of the state."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agentgraph.check.catalogue import known_codes
from agentgraph.cli.check_settings import Given, read_check_settings
from tests.acceptance.cli import agentgraph

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "checking.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_every_option_is_one() -> None:
    known = set(re.findall(r"--[a-z-]+", agentgraph("check", "--help", cwd=ROOT).out))

    assert set(re.findall(r"--[a-z][a-z-]+", PAGE)) <= known | {"--agentgraph"}


def test_every_code_is_one() -> None:
    assert set(re.findall(r"AG\d{3}", PAGE)) <= set(known_codes())


def test_the_settings_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = blocks("toml")
    (tmp_path / "pyproject.toml").write_text(block)
    monkeypatch.chdir(tmp_path)

    settings, check_settings = read_check_settings(Given())

    assert [Path(target) for target in settings.targets] == [tmp_path / "graphs"]
    assert check_settings.strict
    assert check_settings.baseline == tmp_path / "agentgraph-baseline.jsonl"


def test_the_hook_is_there() -> None:
    (config,) = [block for block in blocks("yaml") if "repos:" in block]
    offered = (ROOT / ".pre-commit-hooks.yaml").read_text()

    assert re.findall(r"\bid: ([\w-]+)", config) == re.findall(r"\bid: ([\w-]+)", offered)


def test_the_state_is_as_shown() -> None:
    shown = PAGE[PAGE.index("When order_processing.check_refund") :].partition("```")[0]
    command = ["check", "graphs/order_processing.py", "--show-state", "check_refund"]

    assert without_lines(agentgraph(*command, cwd=ROOT).out) == without_lines(shown)


def without_lines(text: str) -> str:
    """An edit of the example moves its lines, and may widen a column; neither makes the page wrong."""
    return re.sub(r":\d+ +", ":N ", text)
