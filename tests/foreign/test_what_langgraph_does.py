"""The specimens are what they say: LangGraph itself shows each fault, and no fault of the others.

They are the ground truth that the checker of plain LangGraph graphs is held against.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.foreign import faults_of_flow, faults_of_state
from tests.foreign.mends import MENDS
from tests.foreign.play import SPECIMENS, Seen, fault_of, graph_of, play
from tests.foreign.results import RESULTS

FAULTY = sorted((SPECIMENS / "faulty").glob("*.py"))
CORRECT = sorted((SPECIMENS / "correct").glob("*.py"))


def observations(module: ModuleType) -> dict[str, Callable[[Seen], None]]:
    return {
        name: function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
    }


OBSERVED = observations(faults_of_flow) | observations(faults_of_state)


def test_every_specimen_is_observed_and_nothing_else_is() -> None:
    assert sorted(OBSERVED) == [path.stem for path in FAULTY]
    assert sorted(MENDS) == [path.stem for path in FAULTY]
    assert sorted(RESULTS) == [path.stem for path in CORRECT]
    assert len(FAULTY) >= 34
    assert len(CORRECT) >= 34


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_a_fault_shows_when_langgraph_runs_it(path: Path) -> None:
    OBSERVED[path.stem](play(path))


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_a_fault_is_the_only_one(path: Path, tmp_path: Path) -> None:
    """Mended, the same graph runs on the same inputs without an error, and the fault is not seen."""
    mended = tmp_path / path.name
    mended.write_text(mend(path), encoding="utf-8")
    seen = play(mended)
    assert (seen.error, seen.log) == (None, ())
    assert [turn.error for turn in seen.turns] == [None] * len(seen.turns)
    with pytest.raises(AssertionError):
        OBSERVED[path.stem](seen)


def mend(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    for old, new in MENDS[path.stem]:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_a_fault_is_named_at_a_line_of_code(path: Path) -> None:
    _, line = fault_of(path)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert line in {getattr(node, "lineno", None) for node in ast.walk(tree)}


@pytest.mark.parametrize("path", CORRECT, ids=lambda path: path.stem)
def test_a_correct_graph_runs_to_its_end_through_all_its_nodes(path: Path) -> None:
    seen = play(path)
    assert (seen.error, seen.log) == (None, ())
    assert seen.module is not None
    expected = RESULTS[path.stem]
    assert len(seen.turns) == len(expected.turns)
    for turn, wanted in zip(seen.turns, expected.turns, strict=True):
        assert turn.error is None
        wanted.hold_against(turn)
    for name, value in expected.effects.items():
        assert seen.of(name) == value
    nodes = {name for name in graph_of(seen.module).nodes if not name.startswith("__")}
    assert nodes <= {name for turn in seen.turns for name in turn.ran}


@pytest.mark.parametrize("path", FAULTY + CORRECT, ids=lambda path: path.stem)
def test_a_specimen_is_plain_langgraph_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "agentgraph" not in text
    assert ast.get_docstring(ast.parse(text))
