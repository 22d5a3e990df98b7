"""What `agentgraph check` says of the specimens: of each faulty one its fault, of the others nothing.

A specimen is given to the command's own finder of graphs, as a user would give it.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import pytest
from langgraph.warnings import LangGraphDeprecationWarning

from agentgraph.check.engine import check_graph
from agentgraph.cli.graphs import find_graphs
from agentgraph.cli.settings import Settings
from tests.foreign.play import SPECIMENS, fault_of
from tests.foreign.test_what_langgraph_does import CORRECT, FAULTY, mend

# A fault that keeps the module from loading is told by the problem, which has no code.
PROBLEM = "problem"
CODES = {
    "accumulates-over-turns": {"AG824"},
    "cache-without-cache": {"AG808"},
    "counter-never-reset": {"AG824"},
    "dead-end": {"AG203"},
    "effect-before-interrupt": {"AG506"},
    "empty-map": {"AG209"},
    "gone-name": {PROBLEM, "AG822"},
    "goto-beside-edge": {"AG305"},
    "handoff-without-parent": {"AG820"},
    "input-state-as-whole": {"AG806"},
    "interrupt-swallowed": {"AG507"},
    "interrupt-without-checkpointer": {"AG807"},
    "join-never-fires": {"AG804"},
    "later-writer-wins": {"AG409"},
    "loop-without-bound": {"AG205"},
    "messages-overwritten": {"AG818"},
    "mutated-in-place": {"AG805"},
    "node-returns-no-mapping": {"AG816"},
    "output-never-filled": {"AG105"},
    "parallel-subgraphs-echo": {"AG812"},
    "parallel-write": {"AG402"},
    "prebuilt-state-lacks-key": {PROBLEM},
    "read-before-write": {"AG401"},
    "read-never-written": {"AG401", "AG821"},
    "reducer-doubled": {"AG813"},
    "reducer-without-signature": {PROBLEM},
    "reducer-wrong-type": {"AG405"},
    "retry-on-subgraph": {"AG810"},
    "returned-object-resets": {"AG814"},
    "route-beside-edge": {"AG305"},
    "route-misses-case": {"AG803"},
    "route-misses-label": {"AG802"},
    "run-twice": {"AG207"},
    "send-lacks-key": {"AG815"},
    "stale-value": {"AG823"},
    "store-without-store": {"AG819"},
    "subgraph-shares-no-key": {"AG811"},
    "sync-timeout": {"AG809"},
    "undeclared-write": {"AG404"},
    "unknown-target": {"AG801"},
    "unreachable-node": {"AG202"},
    "wrong-type": {"AG817"},
}
UNFOUND = {
    # That a branch to END is meant to stop what runs beside it is nowhere said: `implicit_end` does the same.
    "end_does_not_stop",
    # To begin a turn by what the last one left is what swarms and forms are made of.
    "route_by_last_answer",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that the command says, and where."""

    code: str
    line: int | None
    message: str


def said_of(path: Path) -> list[Said]:
    """All findings of the module's graphs, and what kept it from being loaded."""
    with warnings.catch_warnings():
        # Specimens are written as found, with the old names that LangGraph 1.2 still takes.
        warnings.simplefilter("ignore", LangGraphDeprecationWarning)
        found = find_graphs([str(path)], Settings(), plain=True)
    findings = [one for graph in found.graphs for one in check_graph(graph.checked)]
    return [
        *(Said(one.code, one.line, one.message) for one in findings),
        *(Said(PROBLEM, one.line, one.message) for one in found.problems),
    ]


@pytest.mark.parametrize(
    "path", [path for path in FAULTY if path.stem not in UNFOUND], ids=lambda path: path.stem
)
def test_a_fault_is_found_at_its_line_and_nothing_else_is(path: Path) -> None:
    slug, line = fault_of(path)
    said = said_of(path)
    assert any(one.line == line and one.code in CODES[slug] for one in said), said
    # LangGraph itself refuses some as well: then its word is there beside ours.
    assert [one for one in said if one.line != line and one.code != PROBLEM] == []


@pytest.mark.parametrize("stem", sorted(UNFOUND))
def test_a_fault_that_is_not_told_is_known(stem: str) -> None:
    """As soon as it is told, it belongs above."""
    path = SPECIMENS / "faulty" / f"{stem}.py"
    _, line = fault_of(path)
    assert not any(one.line == line for one in said_of(path))


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_nothing_is_said_once_the_fault_is_mended(path: Path, tmp_path: Path) -> None:
    mended = tmp_path / path.name
    mended.write_text(mend(path), encoding="utf-8")
    assert said_of(mended) == []


@pytest.mark.parametrize("path", CORRECT, ids=lambda path: path.stem)
def test_nothing_is_said_of_a_correct_graph(path: Path) -> None:
    assert said_of(path) == []


def test_every_fault_has_a_code_and_every_code_a_fault() -> None:
    assert {fault_of(path)[0] for path in FAULTY} - {
        fault_of(SPECIMENS / "faulty" / f"{stem}.py")[0] for stem in UNFOUND
    } == set(CODES)
