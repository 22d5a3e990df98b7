"""What the page for people with a LangGraph project shows is what happens: modules, commands, workflow, hook."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agentgraph.check.catalogue import rules
from tests.acceptance.cli import agentgraph
from tests.acceptance.forked import run_forked

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "langgraph.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
BLOCKS = [(found[1], found[2]) for found in BLOCK.finditer(PAGE)]
INSTALLING = "pip install "


def commands(block: str) -> list[tuple[str, str]]:
    """Each command with the output shown for it."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    return [(command, output) for command, _, output in (part.partition("\n") for part in parts)]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str]]:
    """The page worked through from top to bottom: each command, what the page shows, what it printed."""
    steps: list[tuple[str, str, str]] = []
    for language, text in BLOCKS:
        name = text.splitlines()[0].removeprefix("# ")
        if language == "python":
            steps.append(("write", name, text))
        if language == "python" and "assert" in text:
            steps.append(("run", f"python {name}", ""))
        if language == "console":
            # Where it is installed from is the reader's own business.
            shown = [pair for pair in commands(text) if not pair[0].startswith(INSTALLING)]
            steps += [("run", command, output) for command, output in shown]
    printed = run_forked(steps, tmp_path_factory.mktemp("project"))
    ran = [(command, shown) for what, command, shown in steps if what == "run"]
    return [(command, shown, out) for (command, shown), out in zip(ran, printed, strict=True)]


def test_every_command_prints_what_is_shown(told: list[tuple[str, str, str]]) -> None:
    assert len(told) >= 14
    for command, shown, printed in told:
        assert printed == shown, command


def test_every_block_is_a_module_a_command_or_a_configuration() -> None:
    assert {language for language, _ in BLOCKS} == {"python", "console", "yaml"}
    for language, text in BLOCKS:
        first = text.splitlines()[0]
        assert first.startswith("$ ") if language == "console" else first.startswith("# ")


def test_every_fault_of_langgraphs_own_is_in_the_table_and_each_code_is_one() -> None:
    named = set(re.findall(r"\[(AG\d{3})\]\(rules\.md#ag\d{3}\)", PAGE))
    assert {rule.code for rule in rules() if rule.code.startswith("AG8")} <= named
    assert named <= {rule.code for rule in rules()}
    assert all(f"[{code}](rules.md#{code.lower()})" in PAGE for code in named)


def test_the_workflow_annotates_a_fault_at_its_line(tmp_path: Path) -> None:
    (workflow,) = [text for _, text in BLOCKS if "runs-on" in text]
    install, check = re.findall(r"- run: (.+)", workflow)
    assert install.startswith(INSTALLING)
    module = next(text for language, text in BLOCKS if language == "python")
    (tmp_path / "bot.py").write_text(module, encoding="utf-8")
    ran = agentgraph(*check.split()[1:], cwd=tmp_path)
    assert ran.code == 1
    assert ran.out.startswith("::error ")
    assert "file=bot.py" in ran.out
    assert "line=12" in ran.out


def test_the_hook_is_there() -> None:
    (config,) = [text for _, text in BLOCKS if "repos:" in text]
    offered = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    assert re.findall(r"\bid: ([\w-]+)", config) == re.findall(r"\bid: ([\w-]+)", offered)


def test_every_option_is_one() -> None:
    known = set(re.findall(r"--[a-z-]+", agentgraph("check", "--help", cwd=ROOT).out))
    # The --format of `draw` has formats of its own.
    assert set(re.findall(r"--[a-z][a-z-]+", PAGE)) <= known | {"--check"}
