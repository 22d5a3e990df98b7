"""`agentgraph check` as CI uses it: forms of report, what is told, what is known already."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import select
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.cli import AGENTGRAPH, GOOD, agentgraph, write
from tests.acceptance.test_cli_check import BAD, UNREACHABLE


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A checkout whose graph has an AG101 and an AG202, both errors."""
    (tmp_path / ".git").mkdir()
    return write(tmp_path, graphs__flow=UNREACHABLE.replace("(query: str)", "(query: int)", 1))


def test_sarif_goes_to_a_file_by_its_extension(project: Path) -> None:
    ran = agentgraph("check", "flow.py", "-o", "../out.sarif", cwd=project / "graphs")

    assert (ran.code, ran.err) == (1, "")
    assert ran.out == "1 graph checked: 2 errors; see ../out.sarif\n"
    (run,) = json.loads((project / "out.sarif").read_text())["runs"]
    assert {result["ruleId"] for result in run["results"]} == {"AG101", "AG202"}
    places = [one["locations"][0]["physicalLocation"] for one in run["results"]]
    # From the checkout's folder, as code hosts want it, not from where the command ran.
    assert {place["artifactLocation"]["uri"] for place in places} == {"graphs/flow.py"}


def test_annotations(project: Path) -> None:
    ran = agentgraph("check", "graphs", "nowhere.py", "--format", "github", cwd=project)

    assert (ran.code, ran.err) == (2, "")
    *annotations, summary = ran.out.splitlines()
    heads = [line.split("::")[1] for line in annotations]
    assert re.fullmatch(
        r"error file=graphs/flow.py,line=\d+,title=AG202 unreachable agent", heads[0]
    )
    assert "title=AG101" in heads[1]
    assert heads[2] == "error title=could not be checked"
    assert summary.startswith("1 graph checked: 2 errors; 1 problem")


def test_a_file_that_cannot_be_written(project: Path) -> None:
    ran = agentgraph("check", "graphs", "-o", "no/such/folder.txt", cwd=project)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("error:") == 1
    assert "there is no folder no/such" in ran.err


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["--select", "AG1"], 1, ["AG101"]),
        (["--ignore", "AG101,AG2"], 0, []),
        (["--select", "AG101", "--ignore", "AG1"], 1, ["AG101"]),
    ],
)
def test_only_what_is_asked_for(
    project: Path, options: list[str], code: int, told: list[str]
) -> None:
    ran = agentgraph("check", "graphs", "--format", "json", *options, cwd=project)

    assert ran.code == code
    assert [one["code"] for one in ran.json["findings"]] == told


def test_an_unknown_code_is_one_clear_error(project: Path) -> None:
    ran = agentgraph("check", "graphs", "--select", "AG110", cwd=project)

    assert ran.code == 2
    assert "there is no rule 'AG110'" in ran.err
    assert "did you mean AG101?" in ran.err


def test_the_projects_settings_decide_what_counts(project: Path) -> None:
    settings = '[tool.agentgraph]\ntargets = ["graphs"]\n[tool.agentgraph.check]\n'
    file = project / "pyproject.toml"
    file.write_text(settings + 'severity = {AG101 = "note", AG202 = "warning"}\n')

    ran = agentgraph("check", cwd=project / "graphs")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "1 graph checked: 1 warning, 1 note")
    assert agentgraph("check", "--strict", cwd=project).code == 1

    file.write_text(settings + 'selct = ["AG1"]\nignore = ["AG9"]\n')
    ran = agentgraph("check", cwd=project)
    assert ran.code == 2
    assert "pyproject.toml:4: tool.agentgraph.check.selct" in ran.err
    assert "pyproject.toml:5: tool.agentgraph.check.ignore: there is no rule 'AG9'" in ran.err


def test_old_code_can_adopt_the_checker(project: Path) -> None:
    wrote = agentgraph("check", "graphs", "--write-baseline", "known.jsonl", cwd=project)
    assert (wrote.code, wrote.out, wrote.err) == (0, "2 findings written to known.jsonl\n", "")

    # Its lines move, one fault is mended, and there is a new one.
    flow = project / "graphs" / "flow.py"
    moved = "# A licence.\n" * 5 + flow.read_text().replace(", Edge(lonely, END)", "")
    moved = re.sub(
        r"\n@agent\(writes=\"reply\"\)\ndef lonely.*?\n\n\n?", "\n", moved, flags=re.DOTALL
    )
    flow.write_text(moved)
    ran = agentgraph("check", "graphs", "--baseline", "known.jsonl", cwd=project)
    assert (ran.code, ran.out) == (0, "1 graph checked: no findings; 1 more in known.jsonl\n")
    assert "no longer found, but still in known.jsonl" in ran.err
    assert "AG202 at small.lonely" in ran.err

    flow.write_text(moved.replace('writes="reply"', 'writes="replay"'))
    ran = agentgraph(
        "check", "graphs", "--baseline", "known.jsonl", "--format", "json", cwd=project
    )
    assert ran.code == 1
    assert [one["code"] for one in ran.json["findings"]] == ["AG105"]
    assert ran.json["baseline"]["hidden"] == 1
    assert [one["code"] for one in ran.json["baseline"]["gone"]] == ["AG202"]


def test_a_baseline_is_not_written_of_half_a_check(project: Path) -> None:
    write(project, graphs__broken="import agentgraph; Graph(")

    ran = agentgraph("check", "graphs", "--write-baseline", "known.jsonl", cwd=project)

    assert ran.code == 2
    assert not (project / "known.jsonl").exists()
    assert "broken.py:1" in ran.err


def test_a_graph_reached_by_two_names_is_checked_once(project: Path) -> None:
    write(project, other__flow=GOOD.replace('"small"', '"other"'))
    targets = ["graphs/flow.py", "other/flow.py", "graphs/flow.py:graph", "graphs"]

    ran = agentgraph("check", *targets, "--format", "json", cwd=project)

    assert [graph["name"] for graph in ran.json["graphs"]] == ["small", "other"]
    assert [one["code"] for one in ran.json["findings"]] == ["AG202", "AG101"]


def test_the_state_when_an_agent_starts(tmp_path: Path) -> None:
    write(tmp_path, flow=GOOD)

    ran = agentgraph("check", "flow.py", "--show-state", "answer", cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "When small.answer starts, the state holds:\n"
        "\n"
        "field  from       at         what it can be\n"
        "query  the input  flow.py:4  str\n"
        "\n"
        "Not written yet: reply\n"
    )

    ran = agentgraph(
        "check", "flow.py", "--show-state", "small.answer", "--format", "json", cwd=tmp_path
    )
    (told,) = ran.json
    assert [field["name"] for field in told["fields"]] == ["query", "reply"]

    ran = agentgraph("check", "flow.py", "--show-state", "anser", cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean 'answer'?" in ran.err


def test_changed_files_without_a_graph_are_passed_over(project: Path) -> None:
    write(project, setup="raise SystemExit(9)", notes__x="# agentgraph Graph")
    changed = ["setup.py", "notes/x.py", "README.md", "gone.py"]

    ran = agentgraph("check", "--changed", *changed, cwd=project)
    assert (ran.code, ran.out) == (0, "0 graphs checked: no findings\n"), ran.err

    ran = agentgraph("check", "--changed", *changed, "graphs/flow.py", cwd=project)
    assert (ran.code, ran.out.splitlines()[-1]) == (1, "1 graph checked: 2 errors")

    (project / "pyproject.toml").write_text('[tool.agentgraph]\ntargets = ["graphs"]\n')
    ran = agentgraph("check", "--changed", *changed, cwd=project)
    assert (ran.code, ran.out.splitlines()[-1]) == (1, "1 graph checked: 2 errors")


def test_it_is_checked_again_when_a_file_changes(tmp_path: Path) -> None:
    write(
        tmp_path, parts="KIND = int\n", flow="from parts import KIND\n" + BAD.replace("int", "KIND")
    )
    with (
        subprocess.Popen(
            [AGENTGRAPH, "check", "flow.py", "--watch"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        ) as process,
        contextlib.ExitStack() as stack,
    ):
        assert process.stdout is not None
        stack.callback(process.kill)  # a test that fails must not wait for it

        def until_it_waits() -> list[str]:
            assert process.stdout is not None
            lines = []
            for line in process.stdout:
                lines.append(line)
                if line.startswith("watching "):
                    return lines
            raise AssertionError(lines)

        first = until_it_waits()
        assert first[-2:] == ["1 graph checked: 1 error\n", "watching 2 files; Ctrl-C ends it\n"]

        write(tmp_path, parts="KIND = str\n")
        second = until_it_waits()
        assert "parts.py changed\n" in second
        assert second[-2] == "1 graph checked: no findings\n"

        write(tmp_path, parts="KIND = \n")
        third = until_it_waits()
        assert any(line.startswith("error: parts.py:1:") for line in third)

        write(tmp_path, parts="KIND = int\n")
        assert until_it_waits()[-2] == "1 graph checked: 1 error\n"

        process.send_signal(2)
        rest = process.stdout.read()
    assert rest == ""
    assert process.returncode == 130


@pytest.mark.parametrize(("no_color", "colored"), [("", True), ("1", False)])
def test_colour_is_for_terminals_that_want_it(tmp_path: Path, no_color: str, colored: bool) -> None:
    write(tmp_path, flow=BAD)
    ours, theirs = pty.openpty()
    environment = {**os.environ, "NO_COLOR": no_color, "TERM": "xterm"}
    with subprocess.Popen(
        [AGENTGRAPH, "check", "flow.py"], cwd=tmp_path, stdout=theirs, env=environment
    ) as process:
        os.close(theirs)
        seen = b""
        while select.select([ours], [], [], 60)[0]:
            try:
                read = os.read(ours, 65536)
            except OSError:  # the terminal's other end is closed
                break
            if not read:
                break
            seen += read
    os.close(ours)
    assert process.returncode == 1
    assert (b"\x1b[1;31merror[AG101]" in seen) is colored
    assert (b"\x1b" in seen) is colored
