"""The catalogue is whole, and every rule says what its specimen shows, and nothing of its twin."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from agentgraph.adopt.langgraph import adopt_graph, is_graph
from agentgraph.check.catalogue import HEADINGS, Kind, explain, rules, rules_about
from agentgraph.check.engine import check_graph
from agentgraph.check.finding import Finding
from agentgraph.check.report.text import render_text
from agentgraph.errors import SettingsError

ROOT = Path(__file__).parent
RULES = {rule.name: rule for rule in rules()}
SPECIMENS = sorted(
    path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] not in "_."
)


def load(folder: str, name: str) -> ModuleType:
    path = ROOT / folder / f"{name}.py"
    module_name = f"specimen_{folder}_{name}"
    spec = importlib.util.spec_from_file_location(module_name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    spec.loader.exec_module(module)
    return module


def said_of(specimen: ModuleType) -> list[Finding]:
    """What is found in a specimen's graph, given what it says of models, if it does."""
    graph = specimen.graph
    if is_graph(graph):
        return check_graph(adopt_graph(graph, name="graph", file=specimen.__file__))
    return check_graph(graph, models=getattr(specimen, "models", None))


def test_every_rule_has_its_specimens_and_no_folder_is_without_a_rule() -> None:
    assert sorted(RULES) == SPECIMENS
    for name in SPECIMENS:
        assert {"bad.py", "good.py", "expected.txt"} <= {p.name for p in (ROOT / name).iterdir()}


def test_codes_are_unique() -> None:
    codes = [rule.code for rule in rules()]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("kind", ["declared", "adopted"])
def test_those_about_a_kind_of_graphs_are_all_there_are(kind: Kind) -> None:
    """One about our own graphs would be missed in the package of those about LangGraph's alone."""
    about = [rule.code for rule in rules() if rule.about == "graph" and kind in rule.graphs]
    assert [rule.code for rule in rules_about(kind)] == about


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_page_says_what_why_an_example_and_what_instead(name: str) -> None:
    page = explain(RULES[name].code)
    parts = re.split(r"^## (\w+)$", page, flags=re.MULTILINE)
    assert tuple(parts[1::2]) == HEADINGS
    assert all(len(text.strip()) > 20 for text in parts[2::2])
    assert page.startswith(RULES[name].code)


def test_what_is_no_code_is_refused_with_those_there_are() -> None:
    with pytest.raises(SettingsError, match="AG101"):
        explain("AG999")


@pytest.mark.parametrize("name", SPECIMENS)
def test_the_bad_specimen_fires_its_rule_and_no_other(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT.parent.parent)
    found = said_of(load(name, "bad"))
    assert {finding.code for finding in found} == {RULES[name].code}
    expected = (ROOT / name / "expected.txt").read_text()
    assert render_text(found) == expected


@pytest.mark.parametrize("name", SPECIMENS)
def test_its_twin_fires_nothing(name: str) -> None:
    assert [str(finding) for finding in said_of(load(name, "good"))] == []
