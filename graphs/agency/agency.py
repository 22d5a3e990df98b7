"""What a run of `travel_planner` is given: the agency and its ledger."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from graphs.agency.ledger import Ledger


def _ledger_file() -> Path:
    return Path(os.environ.get("AGENCY_LEDGER", ".agentgraph/agency.db"))


@dataclass
class Agency:
    """`file` is the ledger: AGENCY_LEDGER, or a file under `.agentgraph`.

    A trip waits for a person between two processes, so the ledger is no matter of one process.
    Where AGENCY_REFUSES is set the booking office refuses, for the sake of the example.
    """

    file: Path = field(default_factory=_ledger_file)
    refusing: bool = field(default_factory=lambda: bool(os.environ.get("AGENCY_REFUSES")))

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.file, refusing=self.refusing)
