"""The JSON-Schema-Test-Suite: every case validated, and turned into two questions of containment.

A value is valid just where "exactly this value" fits the schema, and where the schema does not
fit "anything but this value". The suite comes with jsonschema's source distribution: its folder
`json/tests` is taken from `JSON_SCHEMA_TEST_SUITE`, or fetched with pip.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from jsonschema.validators import validator_for

from agentgraph.contracts.relation import compare
from agentgraph.contracts.validate import validator
from agentgraph.errors import SchemaError

DRAFTS = {
    "draft4": "http://json-schema.org/draft-04/schema#",
    "draft6": "http://json-schema.org/draft-06/schema#",
    "draft7": "http://json-schema.org/draft-07/schema#",
    "draft2019-09": "https://json-schema.org/draft/2019-09/schema",
    "draft2020-12": "https://json-schema.org/draft/2020-12/schema",
}
# What is refused on purpose (documents elsewhere are never fetched) or asserted on purpose
# (formats), and own vocabularies, which mean nothing here.
LEFT_OUT = {"refRemote", "format", "vocabulary"}


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    given = os.environ.get("JSON_SCHEMA_TEST_SUITE")
    if given:
        return Path(given)
    folder = tmp_path_factory.mktemp("suite")
    wanted = f"jsonschema=={version('jsonschema')}"
    command = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--no-binary", "jsonschema", "--retries", "1", "--timeout", "10"]
    try:
        subprocess.run(
            [sys.executable, *command, "-d", str(folder), wanted],
            check=True,
            capture_output=True,
            text=True,
            timeout=90,
        )
    except subprocess.CalledProcessError as error:
        pytest.skip(f"the suite cannot be fetched: {error.stderr.strip()[-200:]}")
    except subprocess.TimeoutExpired:
        pytest.skip("the suite cannot be fetched: the registry does not answer")
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    return next(folder.glob("*/json/tests"))


def cases(suite: Path, draft: str) -> Iterator[tuple[str, Any, Any, bool]]:
    for file in sorted((suite / draft).glob("*.json")):
        if file.stem in LEFT_OUT:
            continue
        for group in json.loads(file.read_text()):
            schema = group["schema"]
            if isinstance(schema, dict):
                schema = {"$schema": DRAFTS[draft], **schema}
            for case in group["tests"]:
                name = f"{draft}/{file.stem}: {group['description']}: {case['description']}"
                yield name, schema, case["data"], case["valid"]


def judge(schema: Any, value: Any) -> bool:
    """What `jsonschema` makes of it."""
    own = validator_for(schema, default=jsonschema.Draft202012Validator)
    return bool(own(schema).is_valid(value))


@pytest.mark.parametrize("draft", DRAFTS)
def test_validation_and_containment_agree_with_the_suite(suite: Path, draft: str) -> None:
    wrong, number = [], 0
    for name, schema, value, valid in cases(suite, draft):
        number += 1
        try:
            found = validator(schema).is_valid(value)
        except SchemaError as error:
            assert "leads to nothing" in str(error), name
            continue
        assert judge(schema, value) == valid, name
        into = compare({"const": value}, schema).status
        out = compare(schema, {"not": {"const": value}}).status
        expected = ("compatible", "incompatible") if valid else ("incompatible", "compatible")
        if found != valid or (into, out) != expected:
            wrong.append((name, found, into, out))
    assert not wrong
    assert number > 500, number
