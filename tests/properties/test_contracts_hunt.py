"""The first of the random pairs that `python -m tests.hunts.contracts` goes on with.

`AGENTGRAPH_HUNT` multiplies them: `AGENTGRAPH_HUNT=100` is a hundred thousand.
"""

from __future__ import annotations

import os

import pytest

from tests.hunts.contracts import hunt

PAIRS = 1000 * int(os.environ.get("AGENTGRAPH_HUNT", "1"))


def test_no_random_pair_contradicts_its_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    found = hunt(PAIRS, seed=2, values=60)
    with capsys.disabled():
        print(f"\n{PAIRS:,} pairs, {found.report()}")
    assert not found.faults
    assert found.counts["compatible"] > PAIRS / 5
    assert found.counts["incompatible"] > PAIRS / 5
    assert found.counts["undecided"] <= PAIRS / 100


def test_a_yes_stands_up_to_thousands_of_values() -> None:
    found = hunt(PAIRS // 50, seed=3, values=3000)
    assert not found.faults
