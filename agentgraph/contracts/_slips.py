"""Slips of the pen: the name that was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from itertools import islice

from agentgraph.contracts._places import place_of
from agentgraph.model.contract import Json, Schema

_MOST = 100


def nearest(name: str, others: Iterable[str]) -> str:
    """The one of the others that is written much like the name; "" where none is."""
    bare = {_bare(other): other for other in islice(others, _MOST)}
    near = difflib.get_close_matches(_bare(name), list(bare), 1, 0.7)
    return bare[near[0]] if near else ""


def hint(schema: Schema, at: tuple[str | int, ...], owner: Json) -> str:
    """What to add where a field of the owner is missing: the unknown one that was given instead."""
    if not at or not isinstance(owner, dict):
        return ""
    known = place_of(schema, at[:-1]).names
    given = nearest(str(at[-1]), (key for key in owner if key not in known))
    return f"; `{given}` was given, did you mean `{at[-1]}`?" if given else ""


def _bare(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
