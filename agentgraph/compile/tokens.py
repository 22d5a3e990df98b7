"""What one finished node sets going, before it is written to LangGraph's channels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from agentgraph.compile.guards import View
from agentgraph.model.contract import Json

BRANCH = "branch:to:{}"
"""The channel that starts a node, as LangGraph names it: `Command(goto=...)` writes there."""

JOIN = "join:{}"
"""The channel of a join."""

ChannelWrites = list[tuple[str, Any]]


@dataclass(slots=True)
class Tokens:
    """Filled by the exits of a node; `go`, `send` and `at` as in `lower.waiting.Message`.

    `writes` are for LangGraph. `answers` are what the route functions said, in order of
    their routes.
    """

    answers: tuple[Json, ...] = ()
    writes: ChannelWrites = field(default_factory=list)
    go: list[str] = field(default_factory=list)
    send: list[str] = field(default_factory=list)
    at: list[list[str]] = field(default_factory=list)


Take = Callable[[View, Tokens], None]
"""One exit: looks at the state and adds what it sets going."""


def message_of(tokens: Tokens, ran: str | None) -> dict[str, Any]:
    """What the joins are told. `ran`: the node's name where it is a join itself."""
    message: dict[str, Any] = {}
    if ran is not None:
        message["ran"] = ran
    if tokens.go:
        message["go"] = tokens.go
    if tokens.send:
        message["send"] = tokens.send
    if tokens.at:
        message["at"] = tokens.at
    return message


@dataclass(frozen=True, slots=True)
class Outlet:
    """Where the messages of one node go.

    `feeds` are the channels of the joins that it can lead to, `all_joins` of all there are.
    `ran` is its own name, where it is a join.
    """

    feeds: tuple[str, ...]
    all_joins: tuple[str, ...]
    ran: str | None = None

    def join_writes(self, tokens: Tokens, *, outside: bool) -> ChannelWrites:
        """The message, once per join.

        `outside`: an update_state, not a run. LangGraph then drops all that was about to
        run, so that every join must learn what alone is live now.
        """
        channels = self.all_joins if outside else self.feeds
        if not channels:
            return []
        message = message_of(tokens, self.ran)
        return [(channel, message) for channel in channels]


def lead(target: str, owner: str, joins: Mapping[str, str], end: str) -> Take:
    """Take a way to `target`: start it, or arrive there from `owner`; END is nothing to do.

    `joins` maps each join's node to its channel.
    """
    if target == end:
        return _nowhere
    if target in joins:
        return _arrival(target, owner)
    write = (BRANCH.format(target), None)

    def take(_: View, tokens: Tokens) -> None:
        tokens.go.append(target)
        tokens.writes.append(write)

    return take


def _arrival(join: str, owner: str) -> Take:
    pair = [join, owner]

    def take(_: View, tokens: Tokens) -> None:
        tokens.at.append(pair)

    return take


def _nowhere(_: View, __: Tokens) -> None:
    return
