"""Removing part of a thread: planned from what it holds, carried out only if nothing changed since."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from langgraph.checkpoint.serde.base import SerializerProtocol

from checkpoints.calls import Argument, Reply, Trip, answer, call, check_format
from checkpoints.deltas import needed_by
from checkpoints.errors import ThreadBusyError
from checkpoints.pages import in_pairs, pages
from checkpoints.reading import Envelope, read_envelopes
from checkpoints.settings import Settings
from checkpoints.threads import BATCH, delete_threads, thread_ids

PAGE = 500
"""Envelopes read in one round trip."""
TRIES = 20
"""Plans made for a thread that keeps changing, before giving up."""

Keep = Callable[[Mapping[str, Envelope]], Collection[str]]
"""Which checkpoints of a thread stay, by name."""


def prune(
    settings: Settings, serde: SerializerProtocol, threads: Sequence[str], strategy: str
) -> Trip[None]:
    """Keep the newest checkpoint of each namespace ("keep_latest"), or delete the threads ("delete").

    What a kept checkpoint needs to rebuild its delta channels is kept too. Raises
    `ValueError` for another strategy, `ThreadBusyError` for a thread that does not rest.
    """
    if strategy == "delete":
        yield from delete_threads(settings, threads)
    elif strategy == "keep_latest":
        for thread in threads:
            yield from keep_only(settings, serde, thread, _latest, ())
    else:
        raise ValueError(
            f"the strategies of prune are 'keep_latest' and 'delete', not {strategy!r}"
        )


def delete_for_runs(
    settings: Settings, serde: SerializerProtocol, runs: Sequence[str]
) -> Trip[None]:
    """Remove the checkpoints that these runs wrote, in all threads under the prefix.

    Those from which a remaining checkpoint rebuilds a delta channel stay.
    """
    if not runs:
        return

    def others(envelopes: Mapping[str, Envelope]) -> Collection[str]:
        return [name for name, envelope in envelopes.items() if _run(envelope) not in runs]

    threads = yield from thread_ids(settings)
    for batch in pages(threads, BATCH):
        replies = yield [call("ran", settings.keys(thread), *runs) for thread in batch]
        for thread, reply in zip(batch, replies, strict=True):
            if answer(thread, reply)[0]:
                yield from keep_only(settings, serde, thread, others, runs)


def _latest(envelopes: Mapping[str, Envelope]) -> Collection[str]:
    # Names of one namespace sort by id, so the last one seen is the newest.
    return {name.partition("/")[0]: name for name in sorted(envelopes)}.values()


def keep_only(
    settings: Settings, serde: SerializerProtocol, thread: str, keep: Keep, runs: Sequence[str]
) -> Trip[None]:
    """Remove all checkpoints of a thread but those, and what they are rebuilt from; forget these runs."""
    for _ in range(TRIES):
        [reply] = yield [call("survey", settings.keys(thread))]
        survey = _surveyed(thread, reply)
        envelopes = yield from _read_all(settings, serde, thread, survey.names)
        kept = needed_by(keep(envelopes), envelopes)
        gone = [name for name in envelopes if name not in kept]
        if not gone:
            return
        staying = [envelopes[name] for name in kept]
        gone_runs = sorted(set(runs).difference(map(_run, staying)))
        values = set(survey.values).difference(*map(_values, staying))
        blobs = survey.blobs - survey.referred(set(gone), values)
        [reply] = yield [
            call(
                "remove",
                settings.keys(thread),
                *settings.writing[:2],
                survey.state,
                *(one for list_ in (gone, gone_runs, values, blobs) for one in _counted(list_)),
            )
        ]
        if reply[0] != b"CHANGED":
            answer(thread, reply, settings.owner)
            return
    raise ThreadBusyError(thread)


@dataclass(frozen=True, slots=True)
class _Survey:
    """What a thread holds. `values` and `writes` say which big values they refer to, by digest.

    `values` are by field, `writes` pairs with the checkpoint that they belong to.
    """

    state: bytes
    names: list[str]
    values: dict[str, str]
    writes: list[tuple[str, str]]
    blobs: set[str]

    def referred(self, gone: Collection[str], values: Collection[str]) -> set[str]:
        """The big values that are still referred to, once these checkpoints and values are gone."""
        staying = [digests for field, digests in self.values.items() if field not in values]
        staying += [digests for name, digests in self.writes if name not in gone]
        return {digest for digests in staying for digest in digests.split(",")}


def _surveyed(thread: str, reply: Reply) -> _Survey:
    version, state, names, values, writes, blobs = answer(thread, reply)
    check_format(thread, version)
    return _Survey(
        state,
        [name.decode() for name in names],
        dict(in_pairs(values)),
        list(in_pairs(writes)),
        {digest.decode() for digest in blobs},
    )


def _counted(items: Collection[str]) -> list[Argument]:
    return [len(items), *sorted(items)]


def _read_all(
    settings: Settings, serde: SerializerProtocol, thread: str, names: Sequence[str]
) -> Trip[dict[str, Envelope]]:
    found: dict[str, Envelope] = {}
    for page in pages(names, PAGE):
        envelopes = yield from read_envelopes(
            settings, serde, thread, [f"={name}" for name in page]
        )
        found |= {envelope.name: envelope for envelope in envelopes}
    return found


def _run(envelope: Envelope) -> str:
    return str(envelope.metadata.get("run_id") or "")


def _values(envelope: Envelope) -> set[str]:
    space = envelope.name.partition("/")[0]
    return {f"{space}/{ref}" for ref in envelope.head.stored}
