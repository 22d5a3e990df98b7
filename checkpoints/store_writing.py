"""Storing and removing items: a namespace is registered before anything is stored in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from langgraph.store.base import PutOp

from checkpoints.calls import Argument, Request, Trip
from checkpoints.pages import pages
from checkpoints.store_calls import Shelf, answer_of, together
from checkpoints.store_items import lifetime, sealed_value
from checkpoints.store_keys import Namespace, member_beginning
from checkpoints.store_registry import Listed, living

PAGE = 500
"""Items written by one script call; what is written by one is visible at once."""


@dataclass(frozen=True, slots=True)
class Job:
    """What one call is to store in one namespace: (key, milliseconds to live, payload) flat.

    `registration` is the one it is stored under; empty, where it has one already.
    """

    namespace: Namespace
    writes: tuple[Argument, ...]
    registration: str = ""

    def request(self, shelf: Shelf) -> Request:
        return shelf.ask("put", self.namespace, self.registration, *self.writes)


def jobs_of(shelf: Shelf, ops: Iterable[PutOp]) -> list[Job]:
    """The calls that carry the puts out, the last of each key; raises `NotStorableError`, `ValueError`."""
    by_namespace: dict[Namespace, dict[str, PutOp]] = {}
    for op in ops:
        by_namespace.setdefault(op.namespace, {})[op.key] = op
    return [
        Job(namespace, tuple(part for op in page for part in _write(shelf, op)))
        for namespace, latest in by_namespace.items()
        for page in pages(list(latest.values()), PAGE)
    ]


def put_items(shelf: Shelf, jobs: Sequence[Job]) -> Trip[None]:
    """Carry the jobs out. One round trip; three where a namespace had no items before."""
    refused = yield from _attempt(shelf, jobs)
    while refused:
        registered, others = yield from _register(shelf, refused)
        sides: list[Trip[Any]] = [_attempt(shelf, registered), living(shelf, others)]
        refused = (yield from together(sides))[0]


def _attempt(shelf: Shelf, jobs: Sequence[Job]) -> Trip[list[Job]]:
    """Try jobs; those refused because their namespace is not registered, each with the floor for it."""
    replies = yield [job.request(shelf) for job in jobs]
    refused = []
    for job, reply in zip(jobs, replies, strict=True):
        word, *rest = answer_of(job.namespace, reply)
        if word == b"UNLISTED":
            refused.append(replace(job, registration=rest[0].decode()))
    return refused


def _register(shelf: Shelf, jobs: Sequence[Job]) -> Trip[tuple[list[Job], list[Listed]]]:
    """The jobs with registrations above their floors, and some other namespaces, to be looked after."""
    floors = {job.namespace: job.registration for job in jobs}
    replies = yield [
        shelf.ask_registry("register", member_beginning(namespace), floor)
        for namespace, floor in floors.items()
    ]
    numbers = {
        namespace: reply[1].decode() for namespace, reply in zip(floors, replies, strict=True)
    }
    others = {Listed.of(member) for _, _, members in replies for member in members}
    return (
        [replace(job, registration=numbers[job.namespace]) for job in jobs],
        [one for one in others if one.namespace not in floors],
    )


def _write(shelf: Shelf, op: PutOp) -> tuple[Argument, ...]:
    if op.value is None:
        return (op.key, 0, b"")
    span = 0 if op.ttl is None else lifetime(op.ttl)
    return (op.key, span, sealed_value(shelf, op.namespace, op.key, op.value))
