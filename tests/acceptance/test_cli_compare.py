"""`agentgraph compare`, from the shell: two schemas or types, a verdict, a value."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.cli import Ran, agentgraph

TYPES = """\
from typing import Literal
from pydantic import AfterValidator, BaseModel
from typing import Annotated

class Wide(BaseModel):
    reason: Literal["late", "damaged", "other"]
    note: str | None = None

class Narrow(BaseModel):
    reason: Literal["late", "damaged"]

class Even(BaseModel):
    n: Annotated[int, AfterValidator(lambda n: n)]

class Number(BaseModel):
    n: int

class Handle:
    pass
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "types_of_ours.py").write_text(TYPES)
    put(tmp_path, "wide.json", {"enum": ["late", "damaged", "other"]})
    put(tmp_path, "narrow.json", {"enum": ["late", "damaged"]})
    return tmp_path


def put(folder: Path, name: str, schema: Any) -> None:
    (folder / name).write_text(json.dumps(schema))


def compare(folder: Path, *arguments: str, stdin: str = "") -> Ran:
    return agentgraph("compare", *arguments, cwd=folder, stdin=stdin)


def test_what_fits_is_said_to(folder: Path) -> None:
    ran = compare(folder, "narrow.json", "wide.json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("compatible")


def test_what_does_not_fit_is_shown_with_a_value_and_a_sentence(folder: Path) -> None:
    ran = compare(folder, "wide.json", "narrow.json")
    assert ran.code == 1
    assert ran.out.startswith("incompatible")
    assert 'may be "other"' in ran.out
    assert 'for example: "other"' in ran.out


def test_types_are_read_as_produced_and_as_accepted(folder: Path) -> None:
    """Wide's `note` is always there when produced; Narrow, open when it accepts, does not mind it."""
    ran = compare(folder, "types_of_ours.py:Wide", "types_of_ours:Narrow", "--format", "json")
    assert ran.code == 1
    assert ran.json["status"] == "incompatible"
    assert ran.json["witness"]["reason"] == "other"
    assert [reason["path"] for reason in ran.json["reasons"]] == ["$.reason"]
    assert compare(folder, "types_of_ours.py:Narrow", "types_of_ours.py:Wide").code == 0


def test_a_yes_about_a_type_that_demands_more_than_its_schema_is_qualified(folder: Path) -> None:
    ran = compare(folder, "types_of_ours.py:Number", "types_of_ours.py:Even")
    assert ran.code == 0
    assert "beyond its schema" in ran.out


def test_a_schema_may_come_from_stdin(folder: Path) -> None:
    assert compare(folder, "-", "wide.json", stdin='{"const": "late"}').code == 0


def test_a_mark_of_the_byte_order_is_no_fault_of_a_file(folder: Path) -> None:
    (folder / "marked.json").write_text('\ufeff{"const": "late"}', encoding="utf-8")
    assert compare(folder, "marked.json", "wide.json").code == 0


def test_what_the_fuel_does_not_reach_is_undecided(folder: Path) -> None:
    hard = {"allOf": [{"anyOf": [{"multipleOf": p}, {"multipleOf": p + 1}]} for p in range(2, 30)]}
    put(folder, "hard.json", {"type": "integer", **hard})
    put(folder, "other.json", {"type": "integer", "not": {"multipleOf": 5040}, "minimum": 10**9})
    ran = compare(folder, "hard.json", "other.json", "--fuel", "1", "--format", "json")
    assert ran.code == 2
    assert ran.json["status"] == "undecided"
    assert "fuel" in ran.json["why_undecided"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["wide.json", "missing.json"], ["missing.json", "No such file"]),
        (["broken.json", "wide.json"], ["broken.json:1", "not JSON"]),
        (["three.json", "wide.json"], ["three.json", "a schema is an object"]),
        (["wrong.json", "wide.json"], ["wrong.json", "#/type"]),
        (["types_of_ours.py", "wide.json"], ["file.py:Type"]),
        (["types_of_ours.py:Wode", "wide.json"], ["'Wode'", "did you mean 'Wide'?"]),
        (["types_of_ours.py:Handle", "wide.json"], ["types_of_ours.py:Handle"]),
        (["nowhere.py:Wide", "wide.json"], ["no such file"]),
        (["-", "-"], ["only one of A and B"]),
        (["wrong.json", "missing.json"], ["missing.json", "wrong.json"]),
        (["types_of_ours", "wide.json"], ["types_of_ours:Type"]),
        (["types_of_ours:", "wide.json"], ["names no type", "package.module:Type"]),
        (["https://example.com/a.json", "wide.json"], ["nothing is fetched", "save it as a file"]),
    ],
)
def test_what_cannot_be_compared_gets_one_clear_message(
    arguments: list[str], words: list[str], folder: Path
) -> None:
    (folder / "broken.json").write_text("{")
    put(folder, "three.json", 3)
    put(folder, "wrong.json", {"type": "strin"})
    ran = compare(folder, *arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert "Traceback" not in ran.err
    assert all(word in ran.err for word in words), ran.err
