"""What the page on looking into memory shows is what happens, times and sizes apart."""

from __future__ import annotations

import re
import shlex
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agentgraph import END, START, Edge, Graph, agent, compile_graph, open_memory
from agentgraph.cli.app import command_line
from agentgraph.compile.growing import GrowingChannel, WholeChannel
from checkpoints.holding import TTL
from tests.acceptance.cli import agentgraph, with_langgraph

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threads.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
BLOCKS = [(found[1], found[2]) for found in BLOCK.finditer(PAGE)]


def commands(block: str) -> list[tuple[str, str]]:
    """Each command with the output shown for it."""
    parts = re.split(r"^\$ agentgraph ", block, flags=re.MULTILINE)[1:]
    return [(command, output) for command, _, output in (part.partition("\n") for part in parts)]


MODULES = [text for language, text in BLOCKS if language == "python"]
SHOWN = [one for language, text in BLOCKS if language == "console" for one in commands(text)]


def steady(text: str) -> str:
    """Without what differs from run to run: moments, sizes, processes, and columns as wide as they need."""
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "MOMENT", text)
    text = re.sub(r"\d+(\.\d)? (B|KiB)\b", "SIZE", text)
    text = re.sub(r"(process|kill) \d+", r"\1 PID", re.sub(r"\d+\.\d s\b", "SECONDS", text))
    lines = re.sub(r" {2,}", "  ", text).splitlines()
    # Who takes up the most comes first: of two that are alike, now this one, now that.
    return "\n".join(sorted(lines) if "JOURNAL" in text else lines)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str]]:
    """The page worked through from top to bottom: each command, what the page shows, what it printed."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "pyproject.toml").touch()
    module, _ = MODULES
    (folder / "trip.py").write_text(module, encoding="utf-8")
    found = []
    with open_memory(folder=folder / ".agentgraph") as memory:
        for command, shown in SHOWN:
            words = shlex.split(command)
            if "busy" in shown:
                assert memory.hold is not None
                with memory.hold("T-1"):
                    done = with_langgraph(*words, cwd=folder)
            else:
                done = with_langgraph(*words, cwd=folder)
            found.append((command, shown, done.err + done.out))
    return found


def test_every_command_prints_what_is_shown(ran: list[tuple[str, str, str]]) -> None:
    assert len(ran) >= 15
    for command, shown, printed in ran:
        assert steady(printed) == steady(shown), command


def test_lists_that_grow_are_stored_as_their_comments_say(tmp_path: Path) -> None:
    (tmp_path / "notes.py").write_text(MODULES[1], encoding="utf-8")
    spec = spec_from_file_location("notes", tmp_path / "notes.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    notes = module.Notes

    @agent(writes="found")
    def look(recent: list[str]) -> list[str]:
        return recent

    edges = [Edge(START, look), Edge(look, END)]
    graph = Graph("notes", input=None, output=notes, state=notes, edges=edges)
    channels = compile_graph(graph, checkpointer=InMemorySaver()).channels
    assert isinstance(channels["found"], GrowingChannel)
    assert isinstance(channels["recent"], WholeChannel)


def test_every_command_and_option_is_one() -> None:
    known = {
        command.callback.__name__
        for command in command_line().registered_commands
        if command.callback
    }
    named = set(re.findall(r"(?:\$ |`)agentgraph ([a-z]+)", PAGE))
    assert named <= known
    in_table = set(re.findall(r"^\| `agentgraph ([a-z]+)", PAGE, re.MULTILINE))
    assert in_table == {
        "threads",
        "history",
        "runs",
        "show",
        "diff",
        "fork",
        "memory",
        "prune",
        "migrate",
    }
    options = {
        option
        for name in named
        for option in re.findall(r"--[a-z-]+", agentgraph(name, "--help", cwd=ROOT).out)
    }
    assert set(re.findall(r"(?<![|-])--[a-z][a-z-]+", PAGE)) <= options


def test_a_lease_lasts_as_long_as_the_page_says() -> None:
    assert f"a lease for {TTL:.0f} seconds" in PAGE
