from __future__ import annotations

import itertools
import textwrap
from pathlib import Path

import pytest

from agentgraph.model.source import Source
from agentgraph.read.facts import FunctionFacts
from agentgraph.read.function import read_function
from tests.unit.read.reading import Read

_NUMBERS = itertools.count()


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """`read(text, name="body")`: the facts of the function of that name in a module of that text."""

    def reading(text: str, name: str = "body") -> FunctionFacts:
        path = tmp_path / f"module{next(_NUMBERS)}.py"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        lines = path.read_text(encoding="utf-8").splitlines()
        line = next(n for n, one in enumerate(lines, 1) if f"def {name}(" in one)
        facts = read_function(Source(str(path), line))
        assert facts is not None
        return facts

    return reading
