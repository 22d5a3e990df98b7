"""What people and programs are shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agentgraph.check.finding import Finding
from agentgraph.check.report.json import read_findings, render_json
from agentgraph.check.report.text import render_text
from agentgraph.model.source import Source


def finding(source: Source | None, **more) -> Finding:
    given = {
        "code": "AG101",
        "severity": "error",
        "message": "a -> b: the contract does not hold",
        "graph": "g",
        "place": "g.b.x",
        "source": source,
        **more,
    }
    return Finding(**given)


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    (tmp_path / "shop.py").write_text("one\n        two,\nthree\n")
    monkeypatch.chdir(tmp_path)
    return Source(str(tmp_path / "shop.py"), 2)


def test_what_is_long_is_told_by_its_ends_in_text_and_whole_in_json() -> None:
    many = finding(
        None,
        reasons=tuple(f"written by: a{n}" for n in range(40)),
        path=tuple(f"n{n}" for n in range(1_000)),
        related=tuple(f"AG101: fault {n}" for n in range(11)),
    )
    lines = render_text([many]).splitlines()
    written = [line for line in lines if "written by" in line]
    assert written == [f"  = written by: a{n}" for n in range(10)]
    assert lines[len(written) + 1] == "  = and 30 more such lines"
    assert "  = path: n0 -> n1 -> n2 -> n3 -> n4 -> n5 -> (988 more) -> n994 -> n995" in "\n".join(
        lines
    )
    assert len([line for line in lines if "therefore" in line]) == 11
    (told,) = render_json([], [many])["findings"]
    assert (len(told["reasons"]), len(told["path"])) == (40, 1_000)


def test_a_finding_in_full(source: Source) -> None:
    text = render_text(
        [
            finding(
                source,
                witness={"x": None},
                has_witness=True,
                reasons=("$.x: may be null; accepted is a string", "written by: a (shop.py:1)"),
                path=("START", "a", "b"),
                owner="team",
                related=("AG105: the output y may be missing (shop.py:3)",),
                help="narrow it",
            )
        ]
    )
    assert text == (
        "error[AG101]: a -> b: the contract does not hold\n"
        " --> shop.py:2\n"
        "  |\n"
        "2 |         two,\n"
        "  |\n"
        "  = $.x: may be null; accepted is a string\n"
        '  = for example: {"x": null}\n'
        "  = written by: a (shop.py:1)\n"
        "  = path: START -> a -> b\n"
        "  = owner: team\n"
        "  = therefore: AG105: the output y may be missing (shop.py:3)\n"
        "  = help: narrow it\n"
    )


def test_no_findings_are_no_text() -> None:
    assert render_text([]) == ""


def test_a_source_that_cannot_be_read_is_named_without_an_excerpt() -> None:
    text = render_text([finding(Source("/nowhere/gone.py", 7))])
    assert "/nowhere/gone.py:7" in text
    assert "|" not in text


def test_without_a_source_there_is_no_place() -> None:
    assert "-->" not in render_text([finding(None)])


def test_colour_only_when_asked(source: Source) -> None:
    assert "\x1b[" not in render_text([finding(source)])
    assert "\x1b[1;31m" in render_text([finding(source)], color=True)


def test_what_a_source_or_value_holds_cannot_repaint_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "evil.py"
    path.write_text("x = '\x1b[2J'\n")
    text = render_text([finding(Source(str(path), 1), reasons=("$.x: may be \x1b[2J",))])
    assert "\x1b" not in text


def test_as_json(source: Source) -> None:
    report = render_json([], [finding(source, witness=None, has_witness=True)])
    assert json.loads(json.dumps(report)) == report
    (told,) = report["findings"]
    assert told["file"] == "shop.py"
    assert (told["line"], told["code"], told["severity"]) == (2, "AG101", "error")
    assert (told["graph"], told["place"]) == ("g", "g.b.x")
    assert (told["witness"], told["has_witness"]) == (None, True)


def test_a_report_as_json_can_be_read_back(source: Source, tmp_path: Path) -> None:
    others = ("AG105: the output y (or z): missing (shop.py:3)", "AG203: a dead end")
    whole = finding(
        source,
        witness=[1, None],
        has_witness=True,
        reasons=("$.x: may be null",),
        path=("START", "a"),
        owner="team",
        related=others,
        help="narrow it",
    )
    report = json.loads(json.dumps(render_json([], [whole, finding(None)])))
    first, second = report["findings"][0]["related"]
    assert (first["code"], first["file"], first["line"]) == ("AG105", "shop.py", 3)
    assert (first["message"], second["message"]) == ("the output y (or z): missing", "a dead end")
    assert (second["file"], second["line"]) == (None, None)

    assert read_findings(report["findings"], tmp_path) == [whole, finding(None)]


def test_what_a_message_or_witness_holds_cannot_repaint_the_terminal_either() -> None:
    evil = finding(None, message="\x1b[2J", help="\x1b", witness="\x9b2J", has_witness=True)
    text = render_text([evil])

    assert not {"\x1b", "\x9b"} & set(text)
