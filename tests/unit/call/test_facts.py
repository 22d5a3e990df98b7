"""What the models table says of models, as data."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from agentgraph import ModelFacts, load_facts
from agentgraph.call.facts import read_facts
from agentgraph.errors import SettingsError

DOCS = Path(__file__).parents[3] / "docs" / "settings.md"


def test_the_page_says_what_is_read() -> None:
    block = DOCS.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    table = tomllib.loads(block)["tool"]["agentgraph"]["models"]
    assert read_facts(table) == {
        "fast": ModelFacts(role="fast", provider="openai"),
        "deep": ModelFacts(
            role="deep",
            provider="anthropic",
            clears=("pii",),
            context=200_000,
            p95=8.0,
            input_price=3.0,
            output_price=15.0,
        ),
    }


def test_what_is_not_said_is_none_and_not_nothing() -> None:
    assert read_facts({"own": {"use": "a.b:C"}}) == {"own": ModelFacts(role="own")}
    assert read_facts({"own": {"clears": []}})["own"].clears == ()
    assert read_facts({}) == {}


@pytest.mark.parametrize(
    ("table", "where"),
    [
        ({"clears": "pii"}, "a.clears"),
        ({"clears": [1]}, "a.clears"),
        ({"context": 0}, "a.context"),
        ({"context": 1.5}, "a.context"),
        ({"context": True}, "a.context"),
        ({"p95": "fast"}, "a.p95"),
        ({"p95": -1}, "a.p95"),
        ({"p95": float("nan")}, "a.p95"),
        ({"prices": 3}, "a.prices"),
        ({"prices": {"input": "3"}}, "a.prices.input"),
        ({"prices": {"inputs": 3}}, "a.prices"),
        ({"price": {"input": 3}}, "a.price"),
        ({"clear": ["pii"]}, "a.clear"),
        ({"provider": 3}, "a.provider"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(table: dict[str, Any], where: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_facts({"a": table})
    (problem,) = refused.value.problems
    assert problem.where == f"tool.agentgraph.models.{where}"
    assert problem.help


def test_what_goes_to_the_models_class_is_none_of_it() -> None:
    options = {"use": "a.b:C", "model": "m", "user": "u", "temperature": 0, "max_retries": 2}
    assert read_facts({"a": options}) == {"a": ModelFacts(role="a")}


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        read_facts({"a": {"p95": -1, "context": 0}, "b": 3, "c": {"clears": "pii"}})
    assert len(refused.value.problems) == 4
    with pytest.raises(SettingsError, match="not a table of roles"):
        read_facts(["fast"])


def test_they_are_read_from_the_nearest_settings(tmp_path: Path) -> None:
    assert load_facts(tmp_path) == {}
    (tmp_path / "pyproject.toml").write_text('[tool.agentgraph.models]\nfast = "openai:m"\n')
    (inner := tmp_path / "inner").mkdir()
    assert load_facts(inner) == {"fast": ModelFacts(role="fast", provider="openai")}


def listed(**table: Any) -> ModelFacts:
    return read_facts({"a": {"prices": "list", **table}})["a"]


def test_prices_of_the_list_are_those_of_the_model() -> None:
    small = listed(provider="openai", model="gpt-5-mini")
    assert (small.input_price, small.output_price) == (0.25, 2.0)


def test_where_long_calls_are_dearer_the_list_counts_them() -> None:
    found = listed(provider="google", model="gemini-2.5-pro")
    assert found.input_price is not None
    assert found.input_price > 1.25


def test_a_model_that_the_list_does_not_have_has_no_known_price() -> None:
    for provider in ("openai", "ollama"):
        unknown = listed(provider=provider, model="of-our-own")
        assert (unknown.input_price, unknown.output_price) == (None, None)


def test_the_list_needs_the_name_of_a_model() -> None:
    with pytest.raises(SettingsError) as told:
        listed(use="a.b:C")
    assert [p.where for p in told.value.problems] == ["tool.agentgraph.models.a.model"]


def test_without_the_list_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    with pytest.raises(SettingsError, match=r"a\.prices: the list is not installed"):
        listed(provider="openai", model="gpt-5-mini")
