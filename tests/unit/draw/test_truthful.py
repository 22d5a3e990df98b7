"""Every format shows what is declared, all of it, and nothing else."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from hypothesis import given

from agentgraph.draw.draw import draw_graph
from agentgraph.model.graph import GraphSpec
from tests.unit.draw.random_specs import declared_boxes, declared_links, specs
from tests.unit.draw.reading import Reader
from tests.unit.draw.specs import everything, order_processing, support_desk, travel_planner


@given(specs())
def test_json_holds_every_box_and_link(spec: GraphSpec) -> None:
    data = json.loads(draw_graph(spec, format="json"))
    check_data(data, spec)


@given(specs())
def test_mermaid_read_back_is_the_graph(spec: GraphSpec) -> None:
    text = draw_graph(spec, format="mermaid")
    nodes, links = read_mermaid(text)
    expected_nodes, expected_links = expected(spec)

    assert nodes == expected_nodes
    assert links == expected_links


@given(specs())
def test_dot_read_back_is_the_graph(spec: GraphSpec) -> None:
    text = draw_graph(spec, format="dot")
    links = Counter(re.findall(r"^\s*(\w+) -> (\w+)", text, re.MULTILINE))
    nodes = re.findall(r"^\s*(\w+) \[label=", text, re.MULTILINE)
    nodes += re.findall(r"subgraph cluster_(\w+) {", text)

    assert (set(nodes), links) == expected(spec)


@given(specs())
def test_the_terminal_read_back_is_the_graph(spec: GraphSpec) -> None:
    reader = Reader(draw_graph(spec, width=10_000))
    lines: set[tuple[str, str, int]] = set(declared_links(spec))
    joined = {
        way.adapter or way.target
        for way in spec.ways
        if way.kind == "edge" and way.join and way.target != "END"
    }

    assert reader.names() == declared_boxes(spec)
    assert reader.links() == Counter(link[:2] for link in lines)
    assert {box.name for box in reader.boxes if box.joins} == joined


@given(specs())
def test_a_narrow_terminal_shows_the_same(spec: GraphSpec) -> None:
    text = draw_graph(spec, width=20)
    for agent in spec.agents:
        if agent.name not in text:
            assert agent.name in re.sub(r"[\s│]", "", text)


def test_labels_say_what_decides() -> None:
    text = draw_graph(everything())

    for words in (
        "each city of cities",
        "into offers",
        "choice.score < 0.5",
        "at most 2x",
        "after 2x",
        "good | fine",
        "null",
        "otherwise",
        "on failure",
    ):
        assert words in text, words


def test_the_same_graph_is_drawn_the_same_way() -> None:
    for make in (order_processing, support_desk, travel_planner, everything):
        for format_ in ("terminal", "mermaid", "dot", "json"):
            assert draw_graph(make(), format=format_) == draw_graph(make(), format=format_)


def check_data(data: Any, spec: GraphSpec) -> None:
    assert {node["id"] for node in data["nodes"]} == declared_boxes(spec)
    ends = Counter((edge["source"], edge["target"]) for edge in data["edges"])
    assert ends == Counter(link[:2] for link in declared_links(spec))
    assert len({edge["id"] for edge in data["edges"]}) == len(data["edges"])
    for node in data["nodes"]:
        inner = next((a.graph for a in spec.agents if a.name == node["agent"]), None)
        assert (node["graph"] is None) == (inner is None)
        if inner is not None:
            check_data(node["graph"], inner)


def expected(spec: GraphSpec, prefix: str = "") -> tuple[set[str], Counter[tuple[str, str]]]:
    """Identifiers of text formats: the path, joined by two underscores."""
    nodes = {prefix + name for name in declared_boxes(spec)}
    links = Counter((prefix + one, prefix + other) for one, other, _ in declared_links(spec))
    for agent in spec.agents:
        if agent.graph is not None:
            more_nodes, more_links = expected(agent.graph, f"{prefix}{agent.name}__")
            nodes |= more_nodes
            links += more_links
    return nodes, links


def read_mermaid(text: str) -> tuple[set[str], Counter[tuple[str, str]]]:
    nodes: set[str] = set()
    links: Counter[tuple[str, str]] = Counter()
    label = r'"(?:[^"])*"'
    for line in text.split("flowchart TD\n")[1].splitlines():
        statement = line.strip()
        if found := re.fullmatch(rf"(\w+) (?:-->|-\.->|==>)(?:\|{label}\|)? ?(\w+)", statement):
            links[found[1], found[2]] += 1
        elif found := re.fullmatch(rf"(?:subgraph )?(\w+)[(\[/]+{label}[)\]/]+", statement):
            nodes.add(found[1])
        else:
            assert re.fullmatch(r"end|class \w+ \w+|classDef \w+ \S+", statement), statement
    return nodes, links
