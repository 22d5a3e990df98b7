"""What is known already is not told again, wherever its line has moved to."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from agentgraph.check.baseline import Compared, baseline_text, read_baseline
from agentgraph.check.finding import Finding
from agentgraph.errors import SettingsError
from agentgraph.model.source import Source
from tests.unit.check.test_sarif import finding


@pytest.fixture
def found(tmp_path: Path) -> list[Finding]:
    return [
        finding(tmp_path / "b.py", 3),
        finding(tmp_path / "a.py", 9, code="AG401", place="g.a.y", message="ünwritten"),
        finding(tmp_path / "a.py", 4),
    ]


def compared(folder: Path, written: list[Finding], found: list[Finding], **more) -> Compared:
    (folder / "known.jsonl").write_text(baseline_text(written, folder), encoding="utf-8")
    return read_baseline(folder / "known.jsonl").compare(found, **{"graphs": ["g"], **more})


def test_a_line_each_sorted_and_readable(tmp_path: Path, found: list[Finding]) -> None:
    text = baseline_text(found, tmp_path)

    assert text == (
        '{"agentgraph-baseline": 1}\n'
        '{"code": "AG401", "file": "a.py", "place": "g.a.y", "message": "ünwritten"}\n'
        '{"code": "AG101", "file": "a.py", "place": "g.b.x", "message": "it does not hold"}\n'
        '{"code": "AG101", "file": "b.py", "place": "g.b.x", "message": "it does not hold"}\n'
    )
    assert baseline_text(found[::-1], tmp_path) == text


def test_one_finding_more_is_one_line_more(tmp_path: Path, found: list[Finding]) -> None:
    before = baseline_text(found, tmp_path).splitlines()
    after = baseline_text([*found, finding(tmp_path / "a.py", code="AG402")], tmp_path).splitlines()

    assert len(after) == len(before) + 1
    assert [line for line in after if line in before] == before


def test_all_that_is_known_is_hidden_though_its_lines_have_moved(
    tmp_path: Path, found: list[Finding]
) -> None:
    moved = [replace(one, source=Source(one.file or "", (one.line or 0) + 40)) for one in found]

    assert compared(tmp_path, found, moved) == Compared((), 3, ())


def test_it_goes_with_its_folder(tmp_path: Path, found: list[Finding]) -> None:
    there = tmp_path / "elsewhere"
    there.mkdir()
    (there / "known.jsonl").write_text(baseline_text(found, tmp_path), encoding="utf-8")
    files = [there / Path(one.file or "").name for one in found]
    moved = [
        replace(one, source=Source(str(file), 1)) for one, file in zip(found, files, strict=True)
    ]

    assert read_baseline(there / "known.jsonl").compare(moved, graphs=["g"]).hidden == 3


def test_what_is_new_is_told(tmp_path: Path, found: list[Finding]) -> None:
    for new in (
        replace(found[0], message="otherwise"),
        replace(found[0], place="g.c.x"),
        replace(found[0], code="AG102"),
        replace(found[0], source=Source(str(tmp_path / "c.py"), 3)),
    ):
        assert compared(tmp_path, found, [*found, new]) == Compared((new,), 3, ())


def test_more_of_the_same_than_is_known_is_told(tmp_path: Path, found: list[Finding]) -> None:
    one = found[0]
    twice = compared(tmp_path, [one, one], [one, one, one])

    assert twice == Compared((one,), 2, ())
    assert '"count": 2' in (tmp_path / "known.jsonl").read_text()


def test_what_is_gone_is_named_where_its_graph_was_checked(
    tmp_path: Path, found: list[Finding]
) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).touch()
    gone = compared(tmp_path, found, found[:1]).gone

    assert [str(one) for one in gone] == [
        "AG401 at g.a.y: ünwritten",
        "AG101 at g.b.x: it does not hold",
    ]
    assert compared(tmp_path, found, [], graphs=["other", "gg"]).gone == ()


def test_a_graph_that_is_no_more_is_gone(tmp_path: Path, found: list[Finding]) -> None:
    """Its file is: or all graphs of its file were checked, and it was not among them."""
    (tmp_path / "a.py").touch()
    without_file = compared(tmp_path, found, [], graphs=["other"]).gone
    assert {one.file for one in without_file} == {"b.py"}

    whole = compared(tmp_path, found, [], graphs=["other"], whole={str(tmp_path / "a.py")}).gone
    assert {one.file for one in whole} == {"a.py", "b.py"}


def test_a_finding_without_a_file(tmp_path: Path) -> None:
    one = finding(None)
    assert compared(tmp_path, [one], [one]) == Compared((), 1, ())


HEAD = json.dumps({"agentgraph-baseline": 1})


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [1]),
        ("[]\n", [1]),
        ('{"agentgraph-baseline": 2}\n', [1]),
        ("not json\nnor this\n", [1]),
        (HEAD + '\n{"code": "AG101"}\nrubbish\n', [2, 3]),
        (HEAD + '\n{"code": "a", "file": "b", "place": "c", "message": "d", "count": 0}\n', [2]),
        (HEAD + "\n[1]\n\n", [2, 3]),
    ],
)
def test_what_is_no_baseline_is_refused_with_its_lines(
    tmp_path: Path, text: str, lines: list[int]
) -> None:
    path = tmp_path / "known.jsonl"
    path.write_text(text)
    with pytest.raises(SettingsError) as refused:
        read_baseline(path)

    assert [(one.file, one.line) for one in refused.value.problems] == [
        (str(path), line) for line in lines
    ]


def test_a_missing_one_says_how_to_write_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--write-baseline"):
        read_baseline(tmp_path / "none.jsonl")


def test_one_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "known.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="UTF-8"):
        read_baseline(tmp_path / "known.jsonl")
