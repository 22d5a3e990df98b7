"""What can be named, and what is said where it cannot be loaded: one message, no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.cli import GOOD, Ran, agentgraph, write


def export(folder: Path, *targets: str | Path) -> Ran:
    return agentgraph("export", *targets, cwd=folder)


def refused(ran: Ran, *words: str) -> None:
    """Exit code 2, nothing on stdout, and one message with these words."""
    assert ran.code == 2, ran
    assert ran.out == ""
    assert ran.err.count("error:") == 1, ran.err
    for word in words:
        assert word in ran.err, ran.err


@pytest.mark.parametrize("target", ["flow.py", "flow.py:graph", "flow:graph", "flow", "."])
def test_every_way_to_name_a_graph(tmp_path: Path, target: str) -> None:
    write(tmp_path, flow=GOOD, notes="print('not a graph')")

    ran = export(tmp_path, target)

    assert ran.code == 0, ran.err
    assert ran.json["name"] == "small"
    assert ran.err == ""


def test_a_file_outside_the_working_directory_finds_its_siblings(tmp_path: Path) -> None:
    write(tmp_path, shop__parts="NAME = 'small'", shop__flow="import parts\n" + GOOD)

    assert export(Path("/"), tmp_path / "shop" / "flow.py").json["name"] == "small"


def test_a_file_in_a_package_is_imported_as_its_module(tmp_path: Path) -> None:
    code = "from . import parts\nfrom shop.parts import NAME\nassert __name__ == 'shop.flow'\n"
    write(tmp_path, shop__parts="NAME = 1", shop__flow=code + GOOD)
    (tmp_path / "shop" / "__init__.py").write_text("")

    assert export(Path("/"), tmp_path / "shop" / "flow.py").json["name"] == "small"


def test_two_folders_may_both_have_a_module_of_one_name(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / name, helpers=f"NAME = {name!r}")
        text = GOOD.replace('"small"', "helpers.NAME").replace("graph =", f"{name} =")
        write(tmp_path / name, flow="import helpers\n" + text)

    ran = agentgraph("draw", ".", cwd=tmp_path)

    assert ran.code == 0, ran.err
    assert [line for line in ran.out.splitlines() if "1.0.0" in line] == ["one 1.0.0", "two 1.0.0"]


def test_targets_in_and_outside_our_own_repository_mix(tmp_path: Path) -> None:
    """Modules of an earlier root make way for those of the next; the framework's own never do."""
    write(tmp_path, flow=GOOD)
    root = Path(__file__).parents[2]
    ours = ["graphs/order_processing.py", "graphs/travel_planner.py"]

    ran = agentgraph("check", ours[0], tmp_path / "flow.py", ours[1], cwd=root)

    assert (ran.code, ran.out) == (0, "3 graphs checked: no findings\n"), ran.err


def test_what_a_module_prints_does_not_mix_with_the_result(tmp_path: Path) -> None:
    noise = "import os, subprocess, sys\nprint('loud')\nos.write(1, b'raw')\n"
    noise += "subprocess.run([sys.executable, '-c', 'print(\"child\")'])\n"
    write(tmp_path, flow=noise + GOOD)

    ran = export(tmp_path, "flow.py")

    assert ran.json["name"] == "small"
    assert all(word in ran.err for word in ("loud", "raw", "child"))


def test_a_graph_imported_from_elsewhere_is_listed_once(tmp_path: Path) -> None:
    write(tmp_path, flow=GOOD, user="from flow import graph  # agentgraph Graph")

    ran = agentgraph("draw", ".", cwd=tmp_path)

    assert ran.out.count("small 1.0.0") == 1


def test_a_file_without_a_graph_is_skipped_in_a_folder_only(tmp_path: Path) -> None:
    write(tmp_path, flow=GOOD, notes="# agentgraph Graph\nNAME = 1")

    assert export(tmp_path, ".").code == 0
    refused(export(tmp_path, "notes.py"), "notes.py", "no graph is declared here")


def test_a_folder_without_any_graph(tmp_path: Path) -> None:
    refused(export(tmp_path, "."), "no graph is declared here")


def test_several_graphs_where_one_is_wanted(tmp_path: Path) -> None:
    write(tmp_path, flow=GOOD + GOOD.split("\n\n")[-1].replace("graph =", "other ="))

    refused(export(tmp_path, "flow.py"), "2 graphs here", "flow.py:graph, flow.py:other")
    assert export(tmp_path, "flow.py:other").code == 0


def test_a_missing_file(tmp_path: Path) -> None:
    write(tmp_path, order_processing=GOOD)

    refused(export(tmp_path, "order_procesing.py"), "no such file", "order_processing.py?")
    refused(export(tmp_path, "nowhere/x.py"), "nowhere/x.py", "no such file")


def test_a_missing_module(tmp_path: Path) -> None:
    refused(export(tmp_path, "no_such_module:graph"), "no module named 'no_such_module'")


def test_a_missing_name(tmp_path: Path) -> None:
    write(tmp_path, flow=GOOD)

    refused(export(tmp_path, "flow.py:grph"), "no 'grph'", "did you mean 'graph'?")


@pytest.mark.parametrize(("name", "kind"), [("answer", "an Agent"), ("Question", "a class")])
def test_a_name_that_is_no_graph(tmp_path: Path, name: str, kind: str) -> None:
    write(tmp_path, flow=GOOD)

    refused(export(tmp_path, f"flow.py:{name}"), f"{name} is {kind}, not a graph", "graph")


def test_a_syntax_error(tmp_path: Path) -> None:
    write(tmp_path, flow="x = 1\ndef broken(:\n    pass\n" + GOOD)

    refused(export(tmp_path, "flow.py"), "flow.py:2:", "SyntaxError", "def broken(:")


def test_an_import_that_is_not_installed(tmp_path: Path) -> None:
    write(tmp_path, flow="import json\nimport not_installed_here\n" + GOOD)

    refused(export(tmp_path, "flow.py"), "flow.py:2:", "not_installed_here", "help:")


def test_an_import_of_a_missing_name(tmp_path: Path) -> None:
    write(tmp_path, flow="from json import no_such_name\n" + GOOD)

    refused(export(tmp_path, "flow.py"), "flow.py:1:", "no_such_name")


def test_an_exception_at_import_is_placed_at_the_users_own_line(tmp_path: Path) -> None:
    helper = "import json\ndef load():\n    return json.loads('{broken')\n"
    write(tmp_path, helper=helper, flow="import helper\nhelper.load()\n" + GOOD)

    refused(export(tmp_path, "flow.py"), "helper.py:3:", "JSONDecodeError")


def test_a_module_that_exits_at_import(tmp_path: Path) -> None:
    write(tmp_path, flow="import sys\nsys.exit(0)\n" + GOOD)

    refused(export(tmp_path, "flow.py"), "flow.py:2:", "sys.exit(0)")


def test_a_declaration_that_does_not_hold(tmp_path: Path) -> None:
    write(tmp_path, flow=GOOD.replace("Edge(answer, END)", "Edge(END, answer)"))

    refused(export(tmp_path, "flow.py"), "flow.py:16:", "nothing comes after END")


def test_a_file_that_is_not_python(tmp_path: Path) -> None:
    (tmp_path / "flow.toml").write_text("")

    refused(export(tmp_path, "./flow.toml"), "flow.toml")


def test_a_target_that_names_nothing(tmp_path: Path) -> None:
    refused(export(tmp_path, "flow.py:not a name"), "no name of a graph")
    refused(export(tmp_path, "what?"), "neither a file, a folder nor a module")
    refused(export(tmp_path), "no target", "targets =")


def test_targets_of_the_settings_are_found_from_below(tmp_path: Path) -> None:
    write(tmp_path, graphs__flow=GOOD)
    (tmp_path / "pyproject.toml").write_text('[tool.agentgraph]\ntargets = ["graphs"]\n')
    (tmp_path / "deep").mkdir()

    assert export(tmp_path / "deep").json["name"] == "small"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tool.agentgraph]\ntarget = []\n", "did you mean 'targets'?"),
        ("[tool.agentgraph]\ntargets = 3\n", "must be a list"),
        ("[tool.agentgraph\n", "not TOML"),
        ("[tool]\nagentgraph = 1\n", "must be a table"),
    ],
)
def test_settings_that_do_not_hold(tmp_path: Path, text: str, words: str) -> None:
    write(tmp_path, flow=GOOD)
    (tmp_path / "pyproject.toml").write_text(text)

    refused(export(tmp_path, "flow.py"), "pyproject.toml", words)


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    write(tmp_path, flow="raise RuntimeError('boom')\n" + GOOD)

    ran = agentgraph("export", "flow.py", "--debug", cwd=tmp_path)

    assert ran.code == 2
    assert "Traceback" in ran.err
    assert "error: flow.py:1: RuntimeError: boom" in ran.err


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    write(tmp_path, flow=GOOD)

    export(tmp_path, "flow.py")

    assert {path.name for path in tmp_path.iterdir()} <= {"flow.py", "__pycache__"}
