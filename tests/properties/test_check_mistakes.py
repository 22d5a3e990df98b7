"""One mistake in a clean graph: every harmful one is told at its place, and no harmless one.

`python -m tests.hunts.mistakes --mutants 20000` goes on from where this stops.
"""

from __future__ import annotations

import os

import pytest

from tests.hunts.mistakes import hunt
from tests.properties.check_mutations import KINDS

MUTANTS = 90 * int(os.environ.get("AGENTGRAPH_HUNT", "1"))


@pytest.mark.parametrize("chunk", range(2))
def test_a_mistake_is_told_if_it_does_harm(chunk: int, capsys: pytest.CaptureFixture[str]) -> None:
    found = hunt(MUTANTS, first=chunk * 100_000)
    with capsys.disabled():
        print(f"\n{found.report()}")
    assert not found.faults
    assert found.confirmed == found.totals["harmful"]
    assert found.totals["harmful"] > MUTANTS / 10
    # Of many hundreds it was none; what goes on for too many moments may still be one.
    assert found.totals["alarmed"] <= found.totals["harmless"] / 50
    # A route on several fields, of which one moment knows more than one value each.
    assert found.totals["noted"] <= found.totals["harmful"] / 15


def test_there_are_mistakes_of_many_kinds() -> None:
    assert len(KINDS) >= 25
