"""What the page for people with a LangGraph project shows is what happens: modules, commands, workflow, hook."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from agentgraph.check.catalogue import rules
from tests.acceptance.cli import agentgraph, with_langgraph

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
    folder = tmp_path_factory.mktemp("project")
    ran: list[tuple[str, str, str]] = []
    for language, text in BLOCKS:
        name = text.splitlines()[0].removeprefix("# ")
        if language == "python":
            (folder / name).write_text(text, encoding="utf-8")
        if language == "python" and "assert" in text:
            ran.append((f"python {name}", "", printed(f"python {name}", folder)))
        for command, shown in commands(text) if language == "console" else ():
            # Where it is installed from is the reader's own business.
            if not command.startswith(INSTALLING):
                ran.append((command, shown, printed(command, folder)))
    return ran


def printed(command: str, folder: Path) -> str:
    """What a command prints; what it has to say comes before its answer."""
    program, *words = shlex.split(command)
    if program == "agentgraph":
        ran = with_langgraph(*words, cwd=folder)
        return ran.err + ran.out
    words = [sys.executable, *words] if program == "python" else [program, *words]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    return done.stderr + done.stdout


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
