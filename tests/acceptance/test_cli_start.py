"""How the command starts, and what it leaves unloaded. What that costs: `python -m benchmarks start`."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from agentgraph import __version__
from tests.acceptance.cli import AGENTGRAPH, agentgraph

ROOT = Path(__file__).parents[2]
ORDER = "graphs/order_processing.py"
ENGINES = {"langgraph", "redis", "rich", "langchain_core"}
LOADED = """
import sys
from agentgraph.cli.app import main
try:
    main()
finally:
    heavy = HEAVY & set(sys.modules)
    sys.stderr.write("loaded:" + ",".join(sorted(heavy)))
"""


def assert_unloaded(heavy: set[str], arguments: list[str], cwd: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED.replace("HEAVY", repr(heavy)), *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stderr.endswith("loaded:"), done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["check", ORDER],
        ["check", ORDER, "--format", "sarif"],
        ["check", ORDER, "--show-state", "check_refund"],
        ["draw", ORDER],
        ["export", ORDER],
        ["explain", "AG101"],
    ],
)
def test_neither_engine_nor_memory_is_loaded(arguments: list[str]) -> None:
    assert_unloaded(ENGINES, arguments, ROOT)


def test_help_loads_neither_the_checker_nor_types(tmp_path: Path) -> None:
    """It is what shells and people ask for most, and needs no room but the command line's."""
    heavy = {"pydantic", "jsonschema", "networkx", "agentgraph.check.engine", "asyncio"}
    assert_unloaded(heavy, ["--help"], tmp_path)


def test_a_check_of_our_own_graph_loads_nothing_about_others() -> None:
    others = {"agentgraph.adopt.adopted", "agentgraph.check.plain_rules.name_gone"}
    assert_unloaded(others, ["check", ORDER], ROOT)


def test_a_command_loads_no_other_command(tmp_path: Path) -> None:
    others = {f"agentgraph.cli.{one}" for one in ("run", "draw", "threads", "prune", "compare")}
    assert_unloaded(others, ["check", ORDER], ROOT)


def test_the_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "agentgraph", "--version"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )

    assert done.stdout == f"agentgraph {__version__}\n"
    assert agentgraph("--version", cwd=ROOT).out == done.stdout


def test_no_arguments_show_the_help() -> None:
    ran = agentgraph(cwd=ROOT)

    assert "Usage: agentgraph" in ran.out + ran.err


@pytest.mark.parametrize("arguments", [["chekc"], ["draw", "--format", "png"], ["explain"]])
def test_usage_errors(arguments: list[str]) -> None:
    ran = agentgraph(*arguments, cwd=ROOT)

    assert ran.code == 2
    assert ran.out == ""
    assert "Usage:" in ran.err


def test_ctrl_c_ends_it_quietly(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("import time\nprint('here', flush=True)\ntime.sleep(30)\n")
    with subprocess.Popen(
        [AGENTGRAPH, "export", "slow.py"], stderr=subprocess.PIPE, cwd=tmp_path
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == b"here\n"
        time.sleep(0.1)
        process.send_signal(2)
        rest = process.stderr.read()
    assert process.returncode == 130
    assert rest == b""
