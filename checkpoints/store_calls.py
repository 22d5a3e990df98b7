"""How the store's operations ask: its scripts, its keys, and several operations in the same trips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from langgraph.checkpoint.serde.base import SerializerProtocol

from checkpoints.calls import Argument, Call, Reply, Request, Result, Trip, script
from checkpoints.codec import Codec
from checkpoints.store_errors import UnsupportedStoreError
from checkpoints.store_keys import (
    STORE_FORMAT,
    Namespace,
    namespace_keys,
    namespace_tag,
    registry_key,
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where a store's keys stand, and how its values become payloads."""

    prefix: str
    serde: SerializerProtocol
    codec: Codec

    def ask(self, name: str, namespace: Namespace, *arguments: Argument) -> Call:
        """A call of a script on the keys of a namespace; each is told our format first."""
        keys = namespace_keys(self.prefix, namespace)
        return Call(script(f"store/{name}"), keys, (STORE_FORMAT, *arguments))

    def ask_registry(self, name: str, *arguments: Argument) -> Call:
        """A call of a script on the list of namespaces."""
        return Call(script(f"store/{name}"), (registry_key(self.prefix),), arguments)


def answer_of(namespace: Namespace, reply: Reply) -> list[Any]:
    """A script's reply, word first; raises `UnsupportedStoreError`."""
    if reply[0] == b"FORMAT":
        raise UnsupportedStoreError(namespace_tag(namespace), reply[1].decode(), STORE_FORMAT)
    return list(reply)


def together(trips: Sequence[Trip[Result]]) -> Trip[list[Result]]:
    """The results of operations that go side by side: what they ask at the same time is one trip."""
    results: dict[int, Result] = {}
    asked: dict[int, Sequence[Request]] = {}

    def advance(number: int, replies: list[Reply] | None) -> None:
        try:
            # A generator that has not begun takes nothing but None.
            asked[number] = trips[number].send(replies)  # type: ignore[arg-type]
        except StopIteration as done:
            results[number] = done.value
            asked.pop(number, None)

    for number in range(len(trips)):
        advance(number, None)
    while asked:
        replies = iter((yield [request for requests in asked.values() for request in requests]))
        for number, requests in list(asked.items()):
            advance(number, [next(replies) for _ in requests])
    return [results[number] for number in range(len(trips))]
