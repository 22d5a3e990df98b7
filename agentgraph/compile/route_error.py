"""The error of a decision that leads nowhere."""

from __future__ import annotations

import json

from agentgraph.errors import AgentgraphError
from agentgraph.model.contract import Json

_LONGEST_VALUE = 80


class RouteError(AgentgraphError):
    """A route or a Map that cannot be taken: no branch for the value, or no list to map over.

    `where` is `graph.node`; `fault` says what is wrong; `value` is what was decided on, as
    text, empty where it may not be shown or there is none; `labels` are the branches there
    are.
    """

    def __init__(
        self, where: str, fault: str, value: str = "", labels: tuple[str, ...] = ()
    ) -> None:
        self.where = where
        self.fault = fault
        self.value = value
        self.labels = labels
        super().__init__(where, fault, value, labels)

    def __str__(self) -> str:
        value = f" {self.value}" if self.value else ""
        known = f"; the branches there are: {', '.join(self.labels)}" if self.labels else ""
        return f"{self.where}: {self.fault}{value}{known}"


def shown(value: Json) -> str:
    """A value as one line of JSON, cut short."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
