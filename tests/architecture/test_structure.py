"""The structure as decided: no rings, files and functions within their budgets, every contract biting."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import grimp
import networkx as nx
import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("agentgraph", "checkpoints", "graphs", "benchmarks")
FILE_LINES = 400
FUNCTION_LINES = 50


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def test_no_module_is_part_of_an_import_ring() -> None:
    """import-linter misses a ring through a package's own __init__; deferred imports count too."""
    graph = grimp.build_graph(
        "agentgraph", "checkpoints", cache_dir=None, exclude_type_checking_imports=True
    )
    imports: nx.DiGraph[str] = nx.DiGraph(
        (module, imported)
        for module in graph.modules
        for imported in graph.find_modules_directly_imported_by(module)
    )
    knots = [sorted(knot) for knot in nx.strongly_connected_components(imports) if len(knot) > 1]
    assert knots == []


@pytest.mark.parametrize(
    "path", python_files(*PACKAGES, "tests"), ids=lambda p: str(p.relative_to(ROOT))
)
def test_files_and_functions_stay_within_their_budgets(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    name = str(path.relative_to(ROOT))
    lines = text.count("\n")
    assert lines <= FILE_LINES, f"{name} has {lines} lines"
    if path.is_relative_to(ROOT / "tests"):
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1 - _docstring_lines(node)
            assert length <= FUNCTION_LINES, f"{name}:{node.lineno} {node.name} has {length} lines"


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        return (first.end_lineno or first.lineno) - first.lineno + 1
    return 0


def test_every_public_name_of_the_front_door_can_be_had() -> None:
    import agentgraph

    for name in agentgraph.__all__:
        assert getattr(agentgraph, name) is not None
    assert set(agentgraph.__all__) <= set(dir(agentgraph))


def test_the_front_door_loads_nothing_by_itself() -> None:
    code = "import sys, agentgraph, checkpoints; print([m for m in ('langgraph', 'pydantic', 'redis', 'typer') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_room_says_what_enters_what_leaves_and_what_it_may_not_know() -> None:
    rooms = list((ROOT / "agentgraph").glob("*/__init__.py"))
    assert len(rooms) >= 12
    for room in rooms:
        doc = ast.get_docstring(ast.parse(room.read_text(encoding="utf-8"))) or ""
        for heading in ("Enters:", "Leaves:", "May not know:"):
            assert heading in doc, f"{room.parent.name} does not say: {heading}"
