"""Chat models from settings."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_openai import ChatOpenAI

from agentgraph import load_models
from agentgraph.call.models import make_models
from agentgraph.errors import SettingsError

FAKE = "langchain_core.language_models.fake_chat_models:FakeListChatModel"


def test_a_model_is_a_short_text_a_provider_or_any_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    made = make_models(
        {
            "fast": "openai:gpt-5-mini",
            "deep": {"provider": "openai", "model": "gpt-5", "max_retries": 7, "p95": 3},
            "own": {"use": FAKE, "responses": ["x"]},
        }
    )
    assert isinstance(made["fast"], ChatOpenAI)
    assert made["fast"].model_name == "gpt-5-mini"
    assert made["deep"].max_retries == 7
    assert made["own"] == FakeListChatModel(responses=["x"])
    assert set(make_models({"a": {"use": FAKE, "responses": []}, "b": "?"}, roles=["a", "c"])) == {
        "a"
    }


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("gpt-5", "'gpt-5' names no model"),
        ("openai:", "'openai:' names no model"),
        (3, "must be a text or a table"),
        ({"model": "gpt-5"}, "must say its provider"),
        ({"provider": "opnai", "model": "x"}, "no provider 'opnai'"),
        ({"use": "langchain_openai:ChatOpnAI"}, "langchain_openai has no ChatOpnAI"),
        ({"use": "not_there.models:Chat"}, "not_there is not installed"),
        (
            "mistral:large",
            r"langchain_mistralai is not installed\n.*pip install langchain-mistralai",
        ),
        ({"use": FAKE, "responses": 3}, "cannot be made: .*responses"),
    ],
)
def test_a_setting_that_cannot_be_is_told(setting: Any, message: str) -> None:
    with pytest.raises(SettingsError, match=f"(?s)tool.agentgraph.models.fast: {message}"):
        make_models({"fast": setting})


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        make_models({"a": 1, "b": 2, "c": {"use": FAKE, "responses": []}})
    assert len(refused.value.problems) == 2
    with pytest.raises(SettingsError, match="not a table of roles"):
        make_models(["openai:gpt-5"])


def test_the_nearest_pyproject_is_read(tmp_path: Path) -> None:
    assert load_models(tmp_path) == {}
    inner = tmp_path / "src" / "deep"
    inner.mkdir(parents=True)
    file = tmp_path / "pyproject.toml"
    file.write_text(f'[tool.agentgraph.models]\nfast = {{ use = "{FAKE}", responses = ["x"] }}\n')
    assert load_models(inner) == {"fast": FakeListChatModel(responses=["x"])}
    assert load_models(inner, roles=["deep"]) == {}
    file.write_text("[tool")
    with pytest.raises(SettingsError, match="it is not TOML"):
        load_models(inner)


def test_an_extra_is_named_where_there_is_one() -> None:
    """In a process where langchain_openai cannot be imported."""
    code = (
        "import sys; sys.modules['langchain_openai'] = None\n"
        "from agentgraph.call.models import make_models\n"
        "try: make_models({'fast': 'openai:x'})\n"
        "except Exception as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install langchain-openai" in done.stdout


def test_nothing_is_imported_until_a_model_is_made() -> None:
    code = (
        "import sys, agentgraph.call.models as models\n"
        "models.make_models({'a': 'openai:x'}, roles=[])\n"
        "print([name for name in sys.modules if name.startswith(('langchain', 'langgraph'))])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
