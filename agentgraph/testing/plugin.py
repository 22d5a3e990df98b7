"""`pytest --agentgraph`: each graph of `[tool.agentgraph] targets` is a test.

The command checks them, once, in a process of its own: so the graphs' modules are imported as the
command imports them, whatever the tests have imported, and the project's settings hold.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("agentgraph")
    help_ = "check the graphs that [tool.agentgraph] targets name, each as a test"
    group.addoption("--agentgraph", action="store_true", help=help_)


# First: what `-k` and `-m` leave out is decided by a hook of the same name.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    if config.getoption("--agentgraph"):
        project = Project.from_parent(session, path=config.rootpath / "pyproject.toml")
        items.extend(session.genitems(project))


class Project(pytest.File):
    """The graphs of a project, and whatever could not be checked."""

    def collect(self) -> Iterator[pytest.Item]:
        report = _checked(self.config.rootpath)
        names = [graph["name"] for graph in report["graphs"]]
        names += [one["graph"] for one in report["findings"]]
        for name in dict.fromkeys(names):
            found = [one for one in report["findings"] if one["graph"] == name]
            yield CheckedGraph.from_parent(self, name=name, found=found, strict=report["strict"])
        for problem in report["problems"]:
            name = problem["where"] or problem["file"] or "agentgraph"
            yield Unchecked.from_parent(self, name=name, problem=problem)


class CheckedGraph(pytest.Item):
    """One graph: it fails where findings count, by the project's settings."""

    def __init__(self, *, found: Sequence[Any], strict: bool, **more: Any) -> None:
        super().__init__(**more)
        self._found = [one for one in found if strict or one["severity"] == "error"]

    def runtest(self) -> None:
        if self._found:
            raise CheckFailure(_text(self._found, self.config.rootpath))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, CheckFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"agentgraph: {self.name}"


class Unchecked(CheckedGraph):
    """What the command could not check."""

    def __init__(self, *, problem: dict[str, Any], **more: Any) -> None:
        super().__init__(found=(), strict=False, **more)
        self._problem = problem

    def runtest(self) -> None:
        from agentgraph.errors import Problem

        raise CheckFailure(str(Problem(**self._problem)))


class CheckFailure(Exception):  # noqa: N818  # a test that fails, not an error of ours
    """Findings, as text: the test's own failure, without a traceback of ours."""


def _checked(root: Path) -> Any:
    command = [sys.executable, "-P", "-m", "agentgraph", "check", "--format", "json"]
    done = subprocess.run(  # noqa: S603  # our own command
        command, cwd=root, capture_output=True, text=True, check=False
    )
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise pytest.UsageError(f"agentgraph check failed:\n{done.stderr}") from None


def _text(found: Sequence[Any], root: Path) -> str:
    # Only for what failed: a run that passes does without the checker.
    from agentgraph.check.report.json import read_findings
    from agentgraph.check.report.text import render_text

    return render_text(read_findings(found, root))
