"""A verdict as text for people, and as JSON for programs."""

from __future__ import annotations

from agentgraph.contracts._text import shown
from agentgraph.contracts.relation import Verdict
from agentgraph.model.contract import Json

__all__ = ["verdict_json", "verdict_text"]


def verdict_text(verdict: Verdict, produced: str = "produced", accepted: str = "accepted") -> str:
    """The verdict in a few lines: the answer, the value that shows it, and a line per reason.

    `produced` and `accepted` are what the two sides are called.
    """
    lines = [_headline(verdict, produced, accepted)]
    if verdict.has_witness:
        lines.append(f"  for example: {shown(verdict.witness, 400)}")
    lines += [f"  {reason}" for reason in verdict.reasons]
    if verdict.qualified and verdict.status != "incompatible":
        lines.append(f"  but {accepted} demands more than its schema says:")
        lines += [f"    {sentence}" for sentence in verdict.qualified]
    return "\n".join(lines)


def _headline(verdict: Verdict, produced: str, accepted: str) -> str:
    match verdict.status:
        case "compatible":
            return f"compatible: every value of {produced} fits {accepted}"
        case "incompatible":
            return f"incompatible: not every value of {produced} fits {accepted}"
        case "undecided":
            return f"undecided: {verdict.why_undecided}"


def verdict_json(verdict: Verdict) -> Json:
    """The verdict as JSON. `witness` is there where there is one; null is a witness too."""
    made: dict[str, Json] = {"status": verdict.status}
    if verdict.has_witness:
        made["witness"] = verdict.witness
    made["reasons"] = [
        {
            "path": reason.path,
            "produced_path": reason.produced_path,
            "accepted_path": reason.accepted_path,
            "sentence": reason.sentence,
        }
        for reason in verdict.reasons
    ]
    if verdict.why_undecided:
        made["why_undecided"] = verdict.why_undecided
    if verdict.qualified:
        made["qualified"] = list(verdict.qualified)
    return made
