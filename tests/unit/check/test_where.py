"""Places in texts: what was put into brackets can be had back."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentgraph.check.where import from_brackets, in_brackets, path_from, uri_from
from agentgraph.model.source import Source


@pytest.mark.parametrize("file", ["shop.py", "a folder/b (1).py", "x(y)/(z).py", "c:d.py"])
@pytest.mark.parametrize(
    "told", ["written by: w", "AG105: y (or z): is missing", "f(x) (twice)", ""]
)
def test_a_place_comes_back_out_of_its_brackets(tmp_path: Path, file: str, told: str) -> None:
    source = Source(str(tmp_path / file), 12)

    assert from_brackets(f"{told}{in_brackets(source)}") == (told, source)


@pytest.mark.parametrize(
    "text", ["", "written by: w", "see (this)", "at (shop.py:0)", "(shop.py:3)", "a (b.py:3) c"]
)
def test_what_is_no_place_stays_in_the_text(text: str) -> None:
    assert from_brackets(text) == (text, None)


def test_a_relative_place_is_taken_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = Source(str(tmp_path / "shop.py"), 3)

    assert in_brackets(source) == " (shop.py:3)"
    assert from_brackets("w (shop.py:3)") == ("w", source)


def test_paths_from_a_folder() -> None:
    assert path_from(Path("/x/y"), "/x/y/z/a.py") == "z/a.py"
    assert path_from(Path("/x/y"), "/x/a.py") == "../a.py"
    assert uri_from(Path("/x/y"), "/x/y/z/ä b.py") == ("z/%C3%A4%20b.py", True)
    assert uri_from(Path("/x/y"), "/x/a.py") == ("file:///x/a.py", False)
