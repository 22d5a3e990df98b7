"""What the state holds when an agent starts: a table for people, and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from agentgraph.check.flow.known import KnownField, KnownValue
from agentgraph.check.report.notes import printable
from agentgraph.check.where import shown_file, shown_place

_KINDS = {
    "absent": "absent",
    "assumed": "what was told to be wrong, taken as right from here",
    "input": "the input",
    "offered": "the input, if given",
    "kept": "an earlier turn",
    "reduced": "its reducer",
    "default": "its default",
    "empty": "a Map over nothing",
}
_LONGEST = 100
"""Characters of a type; what an agent takes is told in full where it does not fit."""
Row = tuple[str, str, str, str]


def render_state(agent: str, fields: Sequence[KnownField], *, declared: bool = False) -> str:
    """What is known when `agent` (`graph.node`) starts: a row for each thing that a field can be.

    `declared`: its types are what somebody wrote there, and nobody is held to. What has been found out of a value on the way there stands below it; fields that are
    certainly absent are named together at the end.
    """
    present = [field for field in fields if not _is_absent(field)]
    absent = [field.name for field in fields if _is_absent(field)]
    rows = [row for field in present for row in _rows(field)]
    lines = [f"When {agent} starts, the state holds:", ""]
    lines += _table(
        [("field", "from", "at", "declared as" if declared else "what it can be"), *rows]
    )
    if not present:
        lines = [f"When {agent} starts, nothing is known to be in the state."]
    if absent:
        lines += ["", f"Not written yet: {', '.join(absent)}"]
    return "".join(f"{printable(line)}\n" for line in lines)


def state_data(graph: str, node: str, fields: Iterable[KnownField]) -> dict[str, Any]:
    """The same, ready for `json.dumps`; `type` is a short text, as in findings."""
    return {
        "graph": graph,
        "agent": node,
        "fields": [
            {
                "name": field.name,
                "may_be_absent": field.may_be_absent,
                "values": [_value(value) for value in field.values if value.kind != "absent"],
            }
            for field in fields
        ],
    }


def _value(value: KnownValue) -> dict[str, Any]:
    return {
        "kind": value.kind,
        "type": value.contract,
        "writer": value.writer,
        "file": shown_file(value.source.file) if value.source else None,
        "line": value.source.line if value.source else None,
        "found_out": list(value.where),
    }


def _is_absent(field: KnownField) -> bool:
    return all(value.kind == "absent" for value in field.values)


def _rows(field: KnownField) -> Iterator[Row]:
    name = field.name
    for value, found_out in _merged(field):
        place = shown_place(value.source) if value.source else ""
        yield name, _origin(value), place, _shortened(value.contract or "anything")
        if found_out:
            yield "", "", "", f"    where {found_out}"
        name = ""
    if any(value.kind == "absent" for value in field.values):
        yield name, "", "", "may be absent"


def _merged(field: KnownField) -> Iterator[tuple[KnownValue, str]]:
    """Each thing that the field can be, with all that may have been found out of it."""
    found: dict[KnownValue, list[str]] = {}
    for value in field.values:
        if value.kind != "absent":
            found.setdefault(replace(value, where=()), []).append(" and ".join(value.where))
    for value, ways in found.items():
        yield value, " or ".join(ways) if all(ways) else ""


def _origin(value: KnownValue) -> str:
    if value.writer is None or value.kind == "write":
        return value.writer or _KINDS.get(value.kind, value.kind)
    return f"{value.writer} ({value.kind})"


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _table(rows: Sequence[Row]) -> list[str]:
    columns = list(zip(*rows, strict=True))[:-1]
    widths = [max(map(len, column)) for column in columns]
    lines = []
    for row in rows:
        cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
        lines.append("  ".join([*cells, row[-1]]).rstrip())
    return lines
