"""`agentgraph check`, from the shell: exit codes, reports, and what could not be checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.cli import GOOD, agentgraph, write

ROOT = Path(__file__).parents[2]
LONELY = """
@agent(writes="reply")
def lonely(query: str) -> str:
    return query

"""
BAD = GOOD.replace("def answer(query: str)", "def answer(query: int)")
UNREACHABLE = GOOD.replace("graph = Graph", LONELY + "graph = Graph").replace(
    "Edge(answer, END)", "Edge(answer, END), Edge(lonely, END)"
)


def test_a_sound_graph(tmp_path: Path) -> None:
    write(tmp_path, flow=GOOD)

    ran = agentgraph("check", "flow.py", cwd=tmp_path)

    assert (ran.code, ran.out, ran.err) == (0, "1 graph checked: no findings\n", "")


def test_a_finding_stands_at_its_line(tmp_path: Path) -> None:
    write(tmp_path, flow=BAD)

    ran = agentgraph("check", "flow.py", cwd=tmp_path)

    assert ran.code == 1
    assert "error[AG101]" in ran.out
    assert "--> flow.py:" in ran.out
    assert ran.out.endswith("1 graph checked: 1 error\n")
    assert "\x1b" not in ran.out


def test_the_report_as_json(tmp_path: Path) -> None:
    write(tmp_path, flow=BAD, sound=GOOD.replace('"small"', '"sound"'))

    ran = agentgraph("check", ".", "--format", "json", cwd=tmp_path)

    assert ran.code == 1
    assert [graph["name"] for graph in ran.json["graphs"]] == ["small", "sound"]
    (finding,) = ran.json["findings"]
    assert finding["code"] == "AG101"
    assert finding["severity"] == "error"
    assert finding["file"] == "flow.py"
    assert "Edge(START, answer)" in BAD.splitlines()[finding["line"] - 1]
    assert set(finding) >= {"message", "graph", "place", "witness", "path", "help"}
    assert ran.json["problems"] == []


def test_strict_counts_all(tmp_path: Path) -> None:
    write(tmp_path, flow=UNREACHABLE)
    report = agentgraph("check", "flow.py", "--format", "json", cwd=tmp_path).json
    worst = {finding["severity"] for finding in report["findings"]}

    assert worst
    relaxed = agentgraph("check", "flow.py", cwd=tmp_path).code
    assert relaxed == (1 if "error" in worst else 0)
    assert agentgraph("check", "flow.py", "--strict", cwd=tmp_path).code == 1


def test_what_cannot_be_loaded_does_not_keep_the_rest_from_being_checked(tmp_path: Path) -> None:
    write(tmp_path, flow=BAD, broken="import agentgraph\nGraph(\n", gone="import agentgraph.Graphs")

    ran = agentgraph("check", ".", "nowhere.py", cwd=tmp_path)

    assert ran.code == 2
    assert "error[AG101]" in ran.out
    assert ran.err.count("error:") == 3
    assert "error: broken.py:2" in ran.err
    assert "error: gone.py:1" in ran.err
    assert "nowhere.py: no such file" in ran.err


@pytest.mark.parametrize(
    "arguments", [["flow.py", "nowhere.py"], [], ["flow.py:what"], ["broken.py"], ["loud.py"]]
)
def test_json_is_valid_whatever_goes_wrong(tmp_path: Path, arguments: list[str]) -> None:
    write(tmp_path, flow=GOOD, broken="def", loud="print('loud')\nraise SystemExit(3)")

    ran = agentgraph("check", *arguments, "--format", "json", cwd=tmp_path)

    assert ran.code == 2
    assert set(ran.json) == {"graphs", "findings", "strict", "baseline", "problems"}
    (problem,) = ran.json["problems"]
    assert set(problem) == {"message", "where", "file", "line", "help"}
    assert problem["message"]


def test_json_is_valid_with_broken_settings(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.agentgraph]\nnonsense = 1\n")

    ran = agentgraph("check", "--format", "json", cwd=tmp_path)

    assert ran.code == 2
    assert "no such setting" in ran.json["problems"][0]["message"]


def test_a_nested_graph_is_told_once(tmp_path: Path) -> None:
    outer = GOOD.split("@agent")[0] + (
        "from inner import graph as inner\n"
        "graph = Graph('outer', input=Question, output=Answer,\n"
        "    edges=[Edge(START, inner), Edge(inner, END)])\n"
    )
    write(tmp_path, inner=BAD, outer=outer)

    report = agentgraph("check", ".", "--format", "json", cwd=tmp_path).json

    assert [graph["name"] for graph in report["graphs"]] == ["small", "outer"]
    assert [finding["graph"] for finding in report["findings"]] == ["small"]


def test_a_drawing_shows_the_findings_where_they_belong(tmp_path: Path) -> None:
    write(tmp_path, flow=BAD)

    ran = agentgraph("draw", "flow.py", "--check", cwd=tmp_path)

    assert ran.code == 0
    assert "✗ AG101" in ran.out


def test_the_examples_are_clean() -> None:
    assert agentgraph("check", "graphs/", "--strict", cwd=ROOT).code == 0


def test_a_code_is_explained() -> None:
    ran = agentgraph("explain", "ag101", cwd=ROOT)

    assert ran.code == 0
    assert ran.out.startswith("AG101")
    for word in ("What", "Why", "Example", "Instead"):
        assert word in ran.out


def test_an_unknown_code(tmp_path: Path) -> None:
    ran = agentgraph("explain", "AG999", cwd=tmp_path)

    assert ran.code == 2
    assert "AG101" in ran.err


ASKING = """\
from typing import Annotated, TypedDict
from agentgraph import END, START, Edge, Graph, Label, agent, by_model

class Question(TypedDict):
    email: Annotated[str, Label("pii")]

class Answer(TypedDict):
    reply: str

@agent(prompt="{email}", writes="reply", model="fast", clears={"pii"})
def answer(email: str) -> str:
    return by_model()

graph = Graph(
    "asking", input=Question, output=Answer, edges=[Edge(START, answer), Edge(answer, END)]
)
"""


def test_the_models_table_says_what_a_model_may_see(tmp_path: Path) -> None:
    write(tmp_path, flow=ASKING)
    settings = tmp_path / "pyproject.toml"
    settings.write_text('[tool.agentgraph.models]\nfast = "openai:m"\n')
    assert agentgraph("check", "flow.py", cwd=tmp_path).code == 0

    settings.write_text('[tool.agentgraph.models.fast]\nprovider = "openai"\nclears = []\n')
    ran = agentgraph("check", "flow.py", cwd=tmp_path)
    assert ran.code == 1
    assert 'error[AG602]: pii data reaches the model "fast" of answer' in ran.out


def test_a_models_table_that_cannot_be_meant_is_told_of_whole(tmp_path: Path) -> None:
    write(tmp_path, flow=ASKING)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.agentgraph.models.fast]\nclears = "pii"\ncontext = 0\n'
    )
    ran = agentgraph("check", "flow.py", cwd=tmp_path)
    assert ran.code == 2
    assert "tool.agentgraph.models.fast.clears" in ran.err
    assert "tool.agentgraph.models.fast.context" in ran.err
