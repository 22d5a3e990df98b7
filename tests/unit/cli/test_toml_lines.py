"""On which line a setting stands."""

from __future__ import annotations

import tomllib

import pytest

from agentgraph.cli.toml_lines import line_of

TEXT = """\
[project]
name = "select"
[tool.other.check]
select = ["AG4"]

[tool.agentgraph]  # ours
targets = [
    "graphs",
]
models.fast = "x"

[tool.agentgraph.check]
select = [
    "AG1",  # a comment
    "AG4O3",
]
severity = {AG403 = "error", AG4O1 = "note"}
"strict" = true
[tool.agentgraph.check.more]
deep = 1
[[tool.agentgraph.list]]
one = 1
"""


@pytest.mark.parametrize(
    ("setting", "value", "line"),
    [
        ("targets", "", 7),
        ("targets", "graphs", 8),
        ("models", "", 10),
        ("check.select", "", 13),
        ("check.select", "AG4O3", 15),
        ("check.select", "nowhere", 13),
        ("check.severity", "AG4O1", 17),
        ("check.strict", "", 18),
        ("check.more", "", 19),
        ("check.more.deep", "", 20),
        ("check.gone", "", 12),
        ("list", "", 21),
        ("list.one", "", 22),
        ("gone", "", 6),
    ],
)
def test_where_it_stands(setting: str, value: str, line: int) -> None:
    tomllib.loads(TEXT)
    assert line_of(TEXT, f"tool.agentgraph.{setting}", value) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[tool.agentgraph]\ncheck = {select = ["AG9"]}\n', 2),
        ('[tool.agentgraph]\ncheck.select = ["AG9"]\n', 2),
        ('[tool]\nagentgraph.check.select = [\n  "AG9",\n]\n', 3),
        ('["tool"."agentgraph"]\n[ tool . agentgraph . check ]\nselect = ["AG9"]', 3),
        ("", 1),
    ],
)
def test_however_it_is_written(text: str, line: int) -> None:
    assert line_of(text, "tool.agentgraph.check.select", "AG9") == line
