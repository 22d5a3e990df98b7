"""`[tool.agentgraph]` as read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agentgraph.check.settings import CheckSettings
from agentgraph.cli.check_settings import Given, read_check_settings
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


CHECK = """\
[tool.agentgraph]
target = "graphs"
[tool.agentgraph.check]
select = ["AG1", "AG4O1"]
ignore = "AG402"
severity = {AG402 = "fatal"}
baselin = "x"
[tool.agentgraph.models]
fast = {provider = "p", p95 = "quick"}
"""


def test_the_command_line_and_both_tables_are_judged_in_one_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text(CHECK)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError) as refused:
        read_check_settings(Given(select=["AG101,AG1O2"], ignore=["rubbish"]))
    with pytest.raises(SettingsError, match="--select: names no code"):
        read_check_settings(Given(select=[" , "]))

    told = [(one.where, one.line, one.message) for one in refused.value.problems]
    assert told == [
        ("--select", None, "there is no rule 'AG1O2'"),
        ("--ignore", None, "there is no rule 'rubbish'"),
        ("tool.agentgraph.target", 2, "no such setting"),
        ("tool.agentgraph.models.fast.p95", 9, "must be seconds"),
        ("tool.agentgraph.check.select", 4, "there is no rule 'AG4O1'"),
        ("tool.agentgraph.check.ignore", 5, "must be a list of codes"),
        ("tool.agentgraph.check.severity", 6, "AG402 cannot be 'fatal'"),
        ("tool.agentgraph.check.baselin", 7, "no such setting"),
    ]
    assert {one.file for one in refused.value.problems[2:]} == {str(tmp_path / "pyproject.toml")}


GOOD = """\
[tool.agentgraph.check]
select = ["AG4"]
ignore = ["AG102"]
severity = {AG406 = "note"}
strict = true
baseline = "known/old.jsonl"
"""


@pytest.mark.parametrize(
    ("given", "settings"),
    [
        (Given(), {}),
        (Given(select=["AG2,AG3", "AG1"]), {"select": ["AG2", "AG3", "AG1"], "ignore": []}),
        (Given(ignore=["AG104"]), {"ignore": ["AG102", "AG104"]}),
        (Given(strict=False), {"strict": False}),
        (Given(baseline=Path("new.jsonl")), {"baseline": Path("new.jsonl")}),
        (Given(all_new=True), {"baseline": None}),
    ],
)
def test_the_command_line_stands_before_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: Given, settings: dict[str, Any]
) -> None:
    (tmp_path / "pyproject.toml").write_text(GOOD)
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    project: dict[str, Any] = {
        "select": ["AG4"],
        "ignore": ["AG102"],
        "severity": {"AG406": "note"},
        "strict": True,
        "baseline": tmp_path / "known/old.jsonl",
    }

    assert read_check_settings(given)[1] == CheckSettings(**{**project, **settings})


def test_without_a_project_all_is_as_the_rules_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_check_settings(Given()) == (Settings(), CheckSettings())
