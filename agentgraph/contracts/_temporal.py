"""Exact patterns for the strings that dates and times become.

`format` cannot say it: `date-time` and `time` demand an offset (a naive datetime has none),
and `duration` has no sign and no fraction of a second.
"""

from __future__ import annotations

from typing import Final

from agentgraph.model.contract import Schema

_YEAR = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_LEAP_YEAR = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
DATE: Final = (
    f"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    f"|{_LEAP_YEAR}-02-29)"
)
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
_OFFSET = "(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
NAIVE_DATETIME: Final = f"^{DATE}T{_CLOCK}$"
AWARE_DATETIME: Final = f"^{DATE}T{_CLOCK}{_OFFSET}$"
NAIVE_TIME: Final = f"^{_CLOCK}$"
AWARE_TIME: Final = f"^{_CLOCK}{_OFFSET}$"
DURATION: Final = (
    r"^-?P(?:(?:[0-9]{1,7}Y)?(?:[0-9]{1,3}D)?T(?:[0-9]{1,2}H(?:[0-9]{1,2}M)?(?:[0-9]{1,2}(?:\.[0-9]{1,6})?S)?"
    r"|[0-9]{1,2}M(?:[0-9]{1,2}(?:\.[0-9]{1,6})?S)?|[0-9]{1,2}(?:\.[0-9]{1,6})?S)"
    r"|[0-9]{1,7}Y(?:[0-9]{1,3}D)?|[0-9]{1,3}D)$"
)

NAMES: Final = {
    NAIVE_DATETIME: "naive datetime",
    AWARE_DATETIME: "aware datetime",
    NAIVE_TIME: "naive time",
    AWARE_TIME: "aware time",
    DURATION: "duration",
}
"""What `describe` calls a string of such a pattern."""


def moment(constraint: str | None, *, produced: bool, format_: str) -> Schema:
    """The strings of a datetime or time. `constraint` is "aware", "naive" or None (either)."""
    naive, aware = (
        (NAIVE_DATETIME, AWARE_DATETIME) if format_ == "date-time" else (NAIVE_TIME, AWARE_TIME)
    )
    with_offset: dict[str, object] = {"type": "string", "format": format_}
    if produced:
        with_offset["pattern"] = aware
    without: dict[str, object] = {"type": "string", "pattern": naive}
    if constraint == "aware":
        return with_offset
    return without if constraint == "naive" else {"anyOf": [with_offset, without]}


def duration(*, produced: bool) -> Schema:
    """The strings of a timedelta."""
    exact: Schema = {"type": "string", "pattern": DURATION}
    return exact if produced else {"anyOf": [exact, {"type": "string", "format": "duration"}]}
