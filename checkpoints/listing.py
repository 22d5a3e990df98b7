"""Listing checkpoints, page by page, newest first."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from itertools import islice
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple, get_checkpoint_id
from langgraph.checkpoint.serde.base import SerializerProtocol

from checkpoints.calls import Trip, answer, call
from checkpoints.keys import checkpoint_name, escape, split_name
from checkpoints.places import Place
from checkpoints.reading import Envelope, read_envelopes, read_tuples
from checkpoints.settings import Settings
from checkpoints.threads import thread_ids

PAGE = 16
"""Checkpoints read whole in one round trip."""
FILTER_PAGE = 200
"""Envelopes read in one round trip, where a filter decides which are read whole."""


class Listing:
    """One pass over the checkpoints that a query means.

    Call `next_page` until `done`. Across namespaces the order is that of the ids, as where
    one namespace is asked for; across threads, thread by thread.
    """

    def __init__(
        self,
        settings: Settings,
        serde: SerializerProtocol,
        config: RunnableConfig | None,
        *,
        filter: Mapping[str, Any] | None,  # noqa: A002  # LangGraph's name for it
        before: RunnableConfig | None,
        limit: int | None,
    ) -> None:
        self._settings, self._serde = settings, serde
        self._filter = filter or {}
        self._before = get_checkpoint_id(before) if before else None
        self._left = limit
        self._place = Place.of(config) if config else Place("", None, None)
        self._threads: deque[str] | None = deque([self._place.thread]) if config else None
        self._thread = ""
        self._names: deque[str] = deque()
        self.done = limit is not None and limit <= 0

    def next_page(self) -> Trip[list[CheckpointTuple]]:
        """The next checkpoints; possibly none although more follow."""
        if self._threads is None:
            self._threads = deque((yield from thread_ids(self._settings)))
        if not self._names:
            if not self._threads:
                self.done = True
                return []
            self._thread = self._threads.popleft()
            self._names = deque((yield from self._find()))
        page = yield from self._read()
        if self._left is not None:
            self._left -= len(page)
            self.done = self._left <= 0
        return page

    def _find(self) -> Trip[list[str]]:
        """The names of the thread's checkpoints that the query can mean, newest first."""
        space, wanted = self._place.namespace, self._place.checkpoint
        limit = 0 if self._filter or wanted or self._left is None else self._left
        [reply] = yield [
            call(
                "names",
                self._settings.keys(self._thread),
                "" if space is None else f"{escape(space)}/",
                checkpoint_name(space or "", self._before) if self._before else "",
                limit,
            )
        ]
        [members] = answer(self._thread, reply)
        found = [(split_name(name)[1], name) for name in (member.decode() for member in members)]
        if wanted:
            found = [pair for pair in found if pair[0] == wanted]
        if self._before:
            found = [pair for pair in found if pair[0] < self._before]
        return [name for _, name in sorted(found, reverse=True)]

    def _read(self) -> Trip[list[CheckpointTuple]]:
        size = PAGE if self._left is None else min(PAGE, self._left)
        if not self._filter:
            names = [self._names.popleft() for _ in range(min(size, len(self._names)))]
        else:
            names = yield from self._matching(size)
        if not names:
            return []
        return (
            yield from read_tuples(
                self._settings, self._serde, self._thread, [f"={name}" for name in names]
            )
        )

    def _matching(self, size: int) -> Trip[list[str]]:
        """Up to `size` names whose metadata pass the filter; those looked at are used up."""
        looked = list(islice(self._names, FILTER_PAGE))
        envelopes = yield from read_envelopes(
            self._settings, self._serde, self._thread, [f"={name}" for name in looked]
        )
        names = [envelope.name for envelope in envelopes if self._passes(envelope)][:size]
        # Go on behind the last one taken, so that the rest of the page is looked at again.
        used = looked.index(names[-1]) + 1 if len(names) == size else len(looked)
        for _ in range(used):
            self._names.popleft()
        return names

    def _passes(self, envelope: Envelope) -> bool:
        metadata: Mapping[str, Any] = envelope.metadata
        return all(metadata.get(key) == value for key, value in self._filter.items())
