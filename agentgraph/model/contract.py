"""A contract: a named set of JSON values, in two readings."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

Json = Any
"""A JSON value as Python has it: dict with str keys, list, str, int, float, bool, None."""

Schema = dict[str, Any] | bool
"""A JSON Schema 2020-12 document. References inside it start at its own root."""


@dataclass(frozen=True, slots=True)
class Contract:
    """A named, versioned set of JSON values, as JSON Schema 2020-12, in both readings of one type.

    `produced` is what somebody who declares the type can hand out (serialization reading,
    closed); `accepted` is what he can take (validation reading, open unless the type forbids
    extras). A schema given by hand is the same in both. `refines` lists, one sentence each,
    what the Python type demands beyond its schema (validators): where it is not empty, a
    static yes about `accepted` is not a proof.
    """

    name: str
    produced: Schema
    accepted: Schema
    refines: tuple[str, ...] = ()
    version: str | None = None

    __hash__ = None  # type: ignore[assignment]  # holds dicts; use `digest`


ANYTHING = Contract("anything", True, True)
"""The contract that every value keeps: nothing is known of the type."""


def digest(value: Json) -> str:
    """A short stable hash of a JSON value: 16 hex digits of SHA-256 over its canonical text.

    Equal values have equal hashes: 1.0 counts as 1.
    """
    text = json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _plain(value: Json) -> Json:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
