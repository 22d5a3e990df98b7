"""`[tool.agentgraph]` as read."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentgraph.cli.settings import Settings, read_settings
from agentgraph.errors import SettingsError


def settings_of(folder: Path, text: str) -> Settings:
    (folder / "pyproject.toml").write_text(text)
    return read_settings(folder)


def test_a_project_that_says_nothing(tmp_path: Path) -> None:
    assert settings_of(tmp_path, '[project]\nname = "x"\n') == Settings(root=tmp_path)


def test_targets_are_paths_from_the_settings_or_modules(tmp_path: Path) -> None:
    text = '[tool.agentgraph]\ntargets = ["graphs", "flow.py:graph", "shop.flow:graph"]\n'
    (tmp_path / "graphs").mkdir()

    targets = settings_of(tmp_path, text).targets

    assert targets == (f"{tmp_path}/graphs", f"{tmp_path}/flow.py:graph", "shop.flow:graph")


def test_tables_are_handed_on(tmp_path: Path) -> None:
    text = '[tool.agentgraph.models]\nfast = "openai:small"\n[tool.agentgraph.check]\nignore = []\n'

    settings = settings_of(tmp_path, text)

    assert settings.models == {"fast": "openai:small"}
    assert settings.check == {"ignore": []}


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        settings_of(tmp_path, "[tool.agentgraph]\ntargets = 1\nmodels = 2\nchekc = 3\n")

    assert [problem.help for problem in refused.value.problems] == [
        'targets = ["graphs/"]',
        "[tool.agentgraph.models]",
        "did you mean 'check'?",
    ]
