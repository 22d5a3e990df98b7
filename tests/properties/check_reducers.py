"""What reducers may do of which only the types are known: anything of the field's type."""

from __future__ import annotations

import json
from collections.abc import Mapping

from agentgraph.model.contract import Json

Table = Mapping[str, Json]
"""What a free reducer makes of an old and a new value (`of_two`), within one superstep."""

FREE = "larger"
"""The function that stands for those that somebody wrote."""


class OpenError(Exception):
    """It must be settled what a free reducer makes of these two: one of `values`."""

    def __init__(self, key: str, values: list[Json]) -> None:
        super().__init__(key)
        self.key, self.values = key, values


def of_two(old: Json, new: Json) -> str:
    """The key of two values in a `Table`."""
    return json.dumps([old, new])
