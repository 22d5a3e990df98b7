"""Drawings as a reader sees them. A changed picture is a changed file: look at it, then
`AGENTGRAPH_GOLDEN=1 pytest tests/unit/draw/test_golden.py` keeps it."""

from __future__ import annotations

import itertools
import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from agentgraph.draw.draw import DrawFormat, draw_graph
from agentgraph.draw.picture import Severity
from tests.unit.draw import specs

GOLDEN = Path(__file__).parent / "golden"
FILES: dict[DrawFormat, str] = {
    "terminal": "txt",
    "mermaid": "mmd",
    "dot": "dot",
    "json": "json",
}


@dataclass(frozen=True)
class Finding:
    code: str
    severity: Severity
    message: str
    graph: str
    place: str


def compare(name: str, text: str) -> None:
    file = GOLDEN / name
    if os.environ.get("AGENTGRAPH_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("format_", FILES)
@pytest.mark.parametrize(
    "name", ["order_processing", "support_desk", "travel_planner", "everything"]
)
def test_drawing(name: str, format_: DrawFormat) -> None:
    spec = getattr(specs, name)()

    compare(f"{name}.{FILES[format_]}", draw_graph(spec, format=format_))


def test_nested_graphs_stand_below_where_there_is_no_room() -> None:
    compare("travel_planner_narrow.txt", draw_graph(specs.travel_planner(), width=60))


def test_in_colour() -> None:
    compare("support_desk_color.txt", draw_graph(specs.support_desk(), color=True))


@pytest.mark.parametrize("format_", FILES)
def test_findings_stand_where_they_belong(format_: DrawFormat) -> None:
    findings = [
        Finding(
            "AG101", "error", "does not fit", "order_processing", "classify_intent -> check_refund"
        ),
        Finding(
            "AG203", "warning", "a dead end", "order_processing", "order_processing.ask_carrier"
        ),
        Finding(
            "AG102",
            "note",
            "can't tell",
            "order_processing",
            "order_processing.compose_reply.facts",
        ),
        Finding("AG301", "error", "a case is missing", "order_processing", "order_processing"),
    ]

    text = draw_graph(specs.order_processing(), format=format_, findings=findings)

    compare(f"findings.{FILES[format_]}", text)


def test_a_finding_inside_a_nested_graph_stands_there() -> None:
    finding = Finding("AG203", "error", "a dead end", "lodging", "lodging.rank.offers")

    data = json.loads(draw_graph(specs.travel_planner(), format="json", findings=[finding]))

    nodes = {node["id"]: node for node in data["nodes"]}
    inner = {node["id"]: node["findings"] for node in nodes["lodging"]["graph"]["nodes"]}
    assert [one["code"] for one in inner["rank"]] == ["AG203"]
    assert all(not node["findings"] for node in nodes.values())


def test_names_that_no_format_likes() -> None:
    odd = ["end", 'say "hi"', "日本語 図", "a->b;[c]", "x" * 200, "new\nline", "<b>&amp;"]
    spec = specs.graph(
        'odd: "names"',
        [specs.agent(name, "query", "answer", "=str") for name in odd],
        [specs.edge("START", odd[0])]
        + [specs.edge(one, other, when=one) for one, other in itertools.pairwise(odd)],
        version=None,
    )
    for format_, extension in FILES.items():
        compare(f"odd_names.{extension}", draw_graph(spec, format=format_))


def test_a_graph_with_nothing_in_it() -> None:
    spec = specs.graph("empty", [], [])
    assert draw_graph(spec) == "empty 1.0.0\n"
    assert draw_graph(spec, format="mermaid") == "---\ntitle: empty 1.0.0\n---\nflowchart TD\n"
