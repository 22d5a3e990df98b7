"""`agentgraph draw` and `export`, from the shell."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from agentgraph.model.codec import dump, load
from agentgraph.model.graph import GraphSpec
from tests.acceptance.cli import AGENTGRAPH, GOOD, agentgraph, write

ROOT = Path(__file__).parents[2]
ORDER = ROOT / "graphs" / "order_processing.py"


def test_the_picture_names_every_agent() -> None:
    ran = agentgraph("draw", ORDER, cwd=ROOT)

    assert ran.code == 0, ran.err
    exported = agentgraph("export", ORDER, cwd=ROOT).json
    for agent in exported["agents"]:
        assert agent["name"] in ran.out
    assert "\x1b" not in ran.out


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("picture.txt", "small 1.0.0\n"),
        ("picture.mmd", "---\ntitle: small 1.0.0\n"),
        ("picture.DOT", 'digraph "small"'),
        ("picture.json", '{\n  "graph": "small"'),
    ],
)
def test_the_extension_says_the_format(tmp_path: Path, name: str, beginning: str) -> None:
    write(tmp_path, flow=GOOD)

    ran = agentgraph("draw", "flow.py", "-o", name, cwd=tmp_path)

    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert (tmp_path / name).read_text().startswith(beginning)


def test_a_format_may_be_named(tmp_path: Path) -> None:
    write(tmp_path, flow=GOOD)

    for output in ([], ["-o", "-"], ["-o", "picture"]):
        ran = agentgraph("draw", "flow.py", "--format", "json", *output, cwd=tmp_path)
        text = ran.out or (tmp_path / "picture").read_text()
        assert json.loads(text)["graph"] == "small"


@pytest.mark.parametrize("name", ["picture.pdf", "picture"])
def test_an_extension_that_says_nothing(tmp_path: Path, name: str) -> None:
    write(tmp_path, flow=GOOD)

    ran = agentgraph("draw", "flow.py", "-o", name, cwd=tmp_path)

    assert ran.code == 2
    assert ".mmd" in ran.err
    assert not (tmp_path / name).exists()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    write(tmp_path, flow=GOOD)

    ran = agentgraph("draw", "flow.py", "-o", "no/such/picture.mmd", cwd=tmp_path)

    assert ran.code == 2
    assert "cannot be written" in ran.err
    assert "there is no folder no/such" in ran.err


def test_a_file_that_may_not_be_written(tmp_path: Path) -> None:
    write(tmp_path, flow=GOOD)
    (tmp_path / "picture.mmd").mkdir()

    ran = agentgraph("draw", "flow.py", "-o", "picture.mmd", cwd=tmp_path)

    assert ran.code == 2
    assert "cannot be written" in ran.err


def test_one_broken_target_draws_nothing(tmp_path: Path) -> None:
    write(tmp_path, flow=GOOD, broken="import agentgraph; Graph(")

    ran = agentgraph("draw", ".", cwd=tmp_path)

    assert (ran.code, ran.out) == (2, "")
    assert "broken.py:1" in ran.err


def test_an_export_loads_back_equal() -> None:
    from graphs.order_processing import graph

    data = agentgraph("export", ORDER, cwd=ROOT).json

    assert dump(load(GraphSpec, data)) == data
    assert load(GraphSpec, data).agents == graph.spec.agents


def test_a_reader_that_goes_away_is_no_error() -> None:
    with subprocess.Popen(
        [AGENTGRAPH, "export", ORDER], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_a_terminal_without_unicode_gets_another_character(tmp_path: Path) -> None:
    write(tmp_path, flow=GOOD)

    ran = agentgraph("draw", "flow.py", cwd=tmp_path, PYTHONIOENCODING="ascii")

    assert ran.code == 0
    assert "START" in ran.out


def test_a_terminal_gets_colours(tmp_path: Path) -> None:
    write(tmp_path, flow=GOOD)
    ours, theirs = os.openpty()
    done = subprocess.run(
        [AGENTGRAPH, "draw", "flow.py"], stdout=theirs, cwd=tmp_path, timeout=60, check=True
    )
    os.close(theirs)
    text = os.read(ours, 100_000).decode()
    os.close(ours)

    assert done.returncode == 0
    assert "\x1b[1m" in text
