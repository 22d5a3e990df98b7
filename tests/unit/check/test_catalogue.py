"""A rule's file is held to what a rule's file must be."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from agentgraph.check.catalogue import RuleError, read_rules

WHOLE = '''"""A fault.

## What

It is wrong.

## Why

It hurts.

## Example

    x

## Instead

Do not.
"""

CODE = "AG999"
SEVERITY = "error"


def find(flow):
    yield from ()
'''


def module(folder: Path, text: str, name: str = "some_fault") -> ModuleType:
    path = folder / f"{name}.py"
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_a_whole_one_becomes_a_rule(tmp_path: Path) -> None:
    (rule,) = read_rules([module(tmp_path, WHOLE)])
    assert (rule.code, rule.severity, rule.name) == ("AG999", "error", "some_fault")
    assert rule.summary == "A fault."


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('"AG999"', '"X1"', 20, "CODE"),
        ('"error"', '"fatal"', 21, "SEVERITY"),
        ("def find", "def search", 1, "find"),
        ("## Why\n", "## Because\n", 1, "What, Why, Example, Instead"),
    ],
)
def test_a_malformed_one_is_refused_with_file_and_line(
    tmp_path: Path, old: str, new: str, line: int, says: str
) -> None:
    with pytest.raises(RuleError) as caught:
        read_rules([module(tmp_path, WHOLE.replace(old, new))])
    (problem,) = caught.value.problems
    assert problem.file == str(tmp_path / "some_fault.py")
    assert problem.line == line
    assert says in problem.message


def test_a_code_is_given_once(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="AG999 is taken by one"):
        read_rules([module(tmp_path, WHOLE, "one"), module(tmp_path, WHOLE, "two")])
