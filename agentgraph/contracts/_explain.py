"""Why a value that is produced is not accepted: where, in both schemas, in one sentence each."""

from __future__ import annotations

from dataclasses import dataclass

from agentgraph.contracts._compiled import Compiled
from agentgraph.contracts._question import Asked
from agentgraph.contracts._sentences import told
from agentgraph.contracts._text import json_path, pointer
from agentgraph.model.contract import Json


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that does not fit.

    `path` is the place in the value (`$.reason_code`), the other two are the places in the
    schemas as pointers ("" where there is none to name).
    """

    path: str
    produced_path: str
    accepted_path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}"


def reasons_for(
    witness: Json,
    produced: Compiled,
    accepted: Compiled,
    asked: Asked,
) -> tuple[Reason, ...]:
    found: dict[tuple[str, str], Reason] = {}
    for fault in accepted.engine.faults(witness):
        for at, sentence in told(fault):
            reason = Reason(json_path(at), "", pointer(fault.by), sentence)
            found.setdefault((reason.path, reason.sentence), reason)
    return tuple(found.values())
