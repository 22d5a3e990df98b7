"""A file is read once, and again when it has changed; what cannot be read says nothing."""

from __future__ import annotations

import linecache
import os
from pathlib import Path

from agentgraph.model.source import Source
from agentgraph.read.files import read_file
from agentgraph.read.function import read_function


def test_a_file_is_parsed_once_until_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text("def one(): a()\n")
    first = read_file(str(path))
    assert read_file(str(path)) is first
    path.write_text("def one(): b()\n")
    os.utime(path, ns=(1, 1))  # of the same size, and perhaps of the same instant
    facts = read_function(Source(str(path), 1))
    assert facts is not None
    assert [call.written for call in facts.calls] == ["b"]


def test_what_cannot_be_read_has_no_facts(tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("def one(:\n")
    for file in (str(broken), str(tmp_path / "none.py"), "<string>"):
        assert read_function(Source(file, 1)) is None


def test_lines_without_a_file_are_read_too() -> None:
    lines = ["def one():\n", "    a()\n"]
    linecache.cache["<cell 1>"] = (sum(map(len, lines)), None, lines, "<cell 1>")
    facts = read_function(Source("<cell 1>", 1))
    del linecache.cache["<cell 1>"]
    assert facts is not None
    assert facts.name == "one"


def test_a_function_is_found_by_its_def_its_decorator_or_its_lambda(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        "@deco\n@more(1)\ndef one(): a()\nf = lambda: b()\ng, h = lambda: 1, lambda: 2\n"
    )
    found = [read_function(Source(str(path), line)) for line in (1, 2, 3, 4, 5)]
    assert [facts and facts.name for facts in found] == ["one", None, "one", "<lambda>", None]
