"""Comments that waive findings: where they may stand, and what becomes of those that waive nothing."""

from __future__ import annotations

import importlib.util
import linecache
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from agentgraph.check.engine import Checking, check_graph
from agentgraph.check.finding import Finding
from agentgraph.check.settings import CheckSettings

MODULE = """
from typing import Literal, TypedDict

from agentgraph import END, START, Edge, Graph, agent


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    refund: float


class Intent(TypedDict):
    reason: Literal["late", "other"]


@agent
def classify(query: str) -> Intent:
    return {"reason": "late"}


@agent(
    writes="refund",
)
def check_refund(
    reason: Literal["late"],
    channel: str,
) -> float:
    return 1.0


graph = Graph(
    "refunds",
    input=Query,
    output=Reply,
    edges=[
        Edge(START, classify),
        Edge(
            classify,
            check_refund,
        ),
        Edge(check_refund, END),
    ],
)
"""
Load = Callable[[str], ModuleType]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def loaded(text: str) -> ModuleType:
        path = tmp_path / "refunds.py"
        path.write_text(text)
        linecache.checkcache(str(path))
        spec = importlib.util.spec_from_file_location("refunds", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return loaded


def with_comment(line: str, comment: str, text: str = MODULE) -> str:
    assert text.count(line + "\n") == 1, line
    return text.replace(line + "\n", f"{line}  # agentgraph: ignore{comment}\n")


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def whole(module: ModuleType, settings: CheckSettings | None = None) -> list[Finding]:
    """As the command does it: all graphs of a file."""
    checking = Checking(settings)
    checking.add(module.graph)
    return checking.findings(whole={module.graph.spec.source.file})


def test_without_a_comment_both_are_told(load: Load) -> None:
    assert codes(check_graph(load(MODULE).graph)) == ["AG401", "AG101"]


@pytest.mark.parametrize(
    ("line", "code", "left"),
    [
        ("        Edge(\n            classify,", "AG101", "AG401"),
        ("            check_refund,\n        ),", "AG101", "AG401"),
        ("graph = Graph(", "AG101", "AG401"),
        ("def check_refund(", "AG401", "AG101"),
        ('@agent(\n    writes="refund",\n)\ndef check_refund(', "AG401", "AG101"),
        ("    channel: str,", "AG401", "AG101"),
        (") -> float:", "AG401", "AG101"),
    ],
)  # fmt: skip
def test_where_a_comment_may_stand(load: Load, line: str, code: str, left: str) -> None:
    """At the finding's line, where its call ends, at the first line of its statement, in a function's head."""
    first = line.partition("\n")[0] if line.startswith(("        Edge(", "@agent")) else line
    place = MODULE.index(line) + len(first)
    text = f"{MODULE[:place]}  # agentgraph: ignore[{code}] for now{MODULE[place:]}"

    assert codes(whole(load(text))) == [left]


@pytest.mark.parametrize(
    "line",
    ["        Edge(START, classify),", "    output=Reply,", "def classify(query: str) -> Intent:"],
)
def test_elsewhere_it_waives_nothing_and_is_told(load: Load, line: str) -> None:
    module = load(with_comment(line, "[AG101]"))

    assert sorted(codes(whole(module))) == ["AG001", "AG101", "AG401"]


def test_several_codes_in_one_comment(load: Load) -> None:
    found = whole(load(with_comment("def check_refund(", "[ag401 , AG105]")))

    assert codes(found) == ["AG001", "AG101"]
    assert "waives AG105," in found[0].message
    assert found[0].help == "leave # agentgraph: ignore[AG401]"


def test_a_comment_of_an_unknown_code_is_told_with_the_nearest(load: Load) -> None:
    found = whole(load(with_comment("def check_refund(", "[AG401, AG1O1]")))

    assert codes(found) == ["AG002", "AG101"]
    assert "AG1O1" in found[0].message
    assert found[0].help == "did you mean AG101?"


def test_a_comment_without_a_code_waives_nothing_and_is_told(load: Load) -> None:
    for empty in ("", "[]", "[ , ]"):
        found = whole(load(with_comment("def check_refund(", empty)))
        assert codes(found) == ["AG003", "AG401", "AG101"]


def test_such_a_finding_can_itself_be_waived(load: Load) -> None:
    text = with_comment("        Edge(START, classify),", "[AG303, AG001]")

    assert codes(whole(load(text))) == ["AG401", "AG101"]


def test_what_only_looks_like_a_comment_is_none(load: Load) -> None:
    text = MODULE + 'HELP = "say # agentgraph: ignore[AG999]"\n'

    assert codes(whole(load(text))) == ["AG401", "AG101"]


def test_a_code_that_is_not_asked_for_is_not_judged(load: Load) -> None:
    module = load(with_comment("        Edge(START, classify),", "[AG303]"))

    assert codes(whole(module, CheckSettings(ignore=["AG303"]))) == ["AG401", "AG101"]


def test_a_function_that_no_checked_graph_has_may_be_of_use_elsewhere(load: Load) -> None:
    extra = "\n@agent\ndef other(  # agentgraph: ignore[AG401]\n    gone: str,\n) -> Intent: ...\n"
    text = MODULE.replace("\ngraph = Graph", extra + "\ngraph = Graph")

    assert codes(whole(load(text))) == ["AG401", "AG101"]


def test_alone_a_graph_judges_only_the_comments_of_its_own_statement(load: Load) -> None:
    """Its agents may be those of another graph, which needs the comment."""
    text = with_comment("def classify(query: str) -> Intent:", "[AG401]")
    text = with_comment("        Edge(START, classify),", "[AG303]", text)
    module = load(text)

    assert codes(check_graph(module.graph)) == ["AG401", "AG001", "AG101"]
    assert codes(whole(module)) == ["AG001", "AG401", "AG001", "AG101"]


def test_what_another_graph_needs_is_of_use(load: Load) -> None:
    """Two graphs share an agent; only one of them misses the field."""
    other = """
class Full(TypedDict):
    reason: Literal["late"]
    channel: str


full = Graph("full", input=Full, output=Reply, edges=[Edge(START, check_refund), Edge(check_refund, END)])
"""
    module = load(with_comment("def check_refund(", "[AG401]") + other)
    checking = Checking()
    checking.add(module.full)
    alone = checking.findings(whole={module.graph.spec.source.file})
    checking.add(module.graph)
    both = checking.findings(whole={module.graph.spec.source.file})

    assert codes(alone) == ["AG001"]
    assert codes(both) == ["AG101"]


def test_what_comes_of_a_waived_finding_is_waived_with_it(load: Load) -> None:
    lonely = (
        "\n@agent\ndef lonely(query: str) -> Intent: ...{}\n\n"
        "\n@agent\ndef after(reason: str) -> None: ...\n\n"
    )
    edges = "        Edge(lonely, after),\n        Edge(after, END),\n    ],"

    def text(comment: str) -> str:
        return MODULE.replace(
            "\ngraph = Graph", lonely.format(comment) + "\ngraph = Graph"
        ).replace("    ],", edges)

    told = [one for one in whole(load(text(""))) if one.code == "AG202"]
    assert [len(one.related) for one in told] == [1]
    waived = whole(load(text("  # agentgraph: ignore[AG202]")))
    assert codes(waived) == ["AG401", "AG101"]


def test_a_rule_that_lacks_the_models_may_need_the_comment(load: Load) -> None:
    module = load(with_comment("        Edge(START, classify),", "[AG704]"))

    assert codes(check_graph(module.graph)) == ["AG401", "AG101"]
    assert codes(check_graph(module.graph, models={})) == ["AG401", "AG001", "AG101"]
