"""Who waits to write to which thread, and who of them sends for all: waits for nothing itself.

A superstep's last `put_writes` and the `put` of the checkpoint that follows come from two
threads (or tasks), a fraction of a millisecond apart. Whoever comes first waits a moment for
the other; what comes while a call is under way goes out together with the next. Each still
waits until Redis has acknowledged what it brought. Databases do the same for their
logs, as group commit.

Where writes waited alone in vain, the next ones of that thread go out at once, until there is
company again, or a checkpoint for which they should have waited. For one with delta channels
they should not: LangGraph itself waits for the writes before it puts it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from checkpoints.calls import Argument, Call, Reply
from checkpoints.errors import RedisRefusedError

LINGER = 0.003
"""Seconds for which a call that can wait does so, at most: on a busy machine it takes that long until the next comes."""
_REMEMBERED = 4096
"""Lines known to be lonely; when there are more, all are forgotten, and learnt again."""

Key = tuple[object, ...]


class State(Enum):
    """Where a parcel is: in its line, at its head and to send all, or sent by another."""

    WAITS = 1
    LEADS = 2
    TAKEN = 3


@dataclass(slots=True, eq=False)
class Parcel:
    """A call of somebody who waits until `wake` is called: to lead, or with what came of it.

    `again`: nothing came of it, and it is to be sent alone.
    """

    call: Call
    key: Key
    wake: Callable[[], object]
    state: State = State.WAITS
    lingers: bool = False
    reply: Reply = None
    error: Exception | None = None
    again: bool = False


@dataclass(slots=True, eq=False)
class _Line:
    waiting: list[Parcel] = field(default_factory=list)
    busy: bool = False


class Lines:
    """The lines of all threads. Callers see to it that only one at a time is in here."""

    def __init__(self) -> None:
        self._lines: dict[Key, _Line] = {}
        self._lonely: set[Key] = set()

    def join(self, call: Call, wake: Callable[[], object]) -> Parcel:
        """Stand in line; possibly as the one who leads."""
        key = (call.script.digest, call.keys, call.arguments[: call.shared])
        line = self._lines.setdefault(key, _Line())
        if line.busy or line.waiting:
            self._lonely.discard(key)
        if call.expects is not None:
            self._expect(key, call.expects)
        parcel = Parcel(call, key, wake)
        parcel.lingers = call.can_wait and not line.busy and key not in self._lonely
        line.waiting.append(parcel)
        if not line.busy and not parcel.lingers:
            _lead(line, parcel)
        return parcel

    def lingered(self, parcel: Parcel) -> None:
        """It has waited long enough: it leads, unless another does."""
        line = self._lines.get(parcel.key)
        if line is None or line.busy or parcel.state is not State.WAITS:
            return
        if len(line.waiting) == 1:
            self._expect(parcel.key, False)
        _lead(line, parcel)

    def _expect(self, key: Key, company: bool) -> None:
        """Whether it is worth waiting for somebody."""
        if company:
            self._lonely.discard(key)
            return
        if len(self._lonely) >= _REMEMBERED:
            self._lonely.clear()
        self._lonely.add(key)

    def take(self, leader: Parcel) -> list[Parcel]:
        """All that go out now, the leader's own among them."""
        line = self._lines[leader.key]
        taken, line.waiting = line.waiting, []
        for parcel in taken:
            parcel.state = State.TAKEN
        return taken

    def hand_on(self, leader: Parcel) -> None:
        """Let the next one lead, who is woken."""
        line = self._lines[leader.key]
        line.busy = False
        if line.waiting:
            _lead(line, line.waiting[0])
            line.waiting[0].wake()
        else:
            del self._lines[leader.key]

    def leave(self, parcel: Parcel) -> None:
        """Somebody does not wait any longer. What was taken already is sent all the same."""
        if parcel.state is State.TAKEN:
            return
        line = self._lines[parcel.key]
        line.waiting.remove(parcel)
        if parcel.state is State.LEADS:
            self.hand_on(parcel)
        elif not line.waiting and not line.busy:
            del self._lines[parcel.key]


def merged(parcels: Sequence[Parcel]) -> Call:
    """One call that does what all of theirs do, in order."""
    first, along = parcels[0].call, set[str]()
    words: list[Argument] = list(first.arguments[: first.shared])
    for parcel in parcels:
        one = parcel.call
        if one.late is not None:
            words += one.late(along)
        words += one.arguments[first.shared :]
    return Call(first.script, first.keys, tuple(words))


def note(parcels: Sequence[Parcel], reply: Reply) -> None:
    """Let all who sent take note of the reply."""
    for parcel in parcels:
        if parcel.call.note is not None:
            parcel.call.note(reply)


def hand_out(
    parcels: Sequence[Parcel], leader: Parcel, reply: Reply, error: BaseException | None
) -> None:
    """Tell all but the leader what came of it.

    Where the leader was interrupted, or Redis refused what might be one call's fault, each
    sends again for itself: that is safe, because storing twice what is there changes nothing.
    """
    for parcel in parcels:
        if parcel is not leader:
            parcel.reply = reply
            if isinstance(error, Exception) and not isinstance(error, RedisRefusedError):
                parcel.error = error
            else:
                parcel.again = error is not None
            parcel.wake()


def _lead(line: _Line, parcel: Parcel) -> None:
    line.busy = True
    parcel.state = State.LEADS
