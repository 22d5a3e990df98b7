"""Helpers are followed, of the same file and of others that are loaded; nothing is imported for it."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from agentgraph.model.source import Source
from agentgraph.read.following import reached
from agentgraph.read.function import read_function
from tests.unit.read.reading import Read


def chains(facts: object) -> list[str]:
    return [">".join(call.written for call in one.chain) for one in reached(facts)]  # type: ignore[arg-type]


def test_helpers_of_helpers_are_followed_and_no_further(read: Read) -> None:
    facts = read(
        """
        def body(x): return one(x)
        def one(x): return two(x)
        def two(x): return three(x)
        def three(x): return four(x)
        """
    )
    assert chains(facts) == ["one>two>three", "one>two", "one"]


def test_a_ring_of_helpers_ends(read: Read) -> None:
    facts = read("def body(x): return one(x)\ndef one(x): return body(one(x))\n")
    assert chains(facts) == ["one>one", "one>body", "one"]


def test_a_method_or_a_handed_name_is_not_followed(read: Read) -> None:
    facts = read(
        """
        def body(x):
            x.one()
            submit(one)
        def one(): hidden()
        """
    )
    assert chains(facts) == ["x.one", "submit"]


def test_functions_of_other_files_are_followed_once_they_are_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "parcel_helpers.py").write_text(
        "def far(x): return near(x)\ndef near(x): return x()\n"
    )
    main = tmp_path / "parcel_main.py"
    main.write_text("from parcel_helpers import far\ndef body(x): return far(x)\n")
    facts = read_function(Source(str(main), 2))
    assert chains(facts) == ["far"]
    assert "parcel_helpers" not in sys.modules
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.import_module("parcel_helpers")
    try:
        assert chains(facts) == ["far>near>x", "far>near", "far"]
    finally:
        del sys.modules["parcel_helpers"]
