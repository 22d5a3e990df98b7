"""The theorem, on real LangGraph: what a clean graph promises holds on every turn.

No agent starts with a missing or ill-typed field, no two agents of one superstep write a field
without a reducer, every decision takes a branch, nothing undeclared is written; the turn
completes with output that fits and no join waiting, or stops with a named reason. And all that was
seen, who had written it among it, was foretold.

`python -m tests.hunts.checker --clean 20000` goes on from where this stops.
"""

from __future__ import annotations

import os

import pytest

from tests.hunts.checker import hunt

CHUNKS = 6
GRAPHS = 300 * int(os.environ.get("AGENTGRAPH_HUNT", "1"))


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_what_a_clean_graph_promises_holds(chunk: int, capsys: pytest.CaptureFixture[str]) -> None:
    found = hunt(GRAPHS // CHUNKS, first=chunk * 100_000)
    with capsys.disabled():
        print(f"\n{found.report()}")
    assert not found.faults
    assert found.counts["completed"] > found.counts["turns"] / 2
    assert found.counts["abandoned"] > found.counts["turns"] / 20
    assert found.counts["facts seen"] > 20 * found.counts["clean"]
