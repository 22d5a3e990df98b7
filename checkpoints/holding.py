"""Holding threads while they are written: leases taken, renewed in the background, given back."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from checkpoints.errors import CheckpointsError, ThreadBusyError
from checkpoints.leases import Lease, release_lease, renew_leases, take_lease
from checkpoints.owners import new_owner, read_owner
from checkpoints.saver import RedisSaver
from checkpoints.settings import Seconds, milliseconds

TTL = 15.0
"""Seconds that a lease lasts unless renewed, which is done every third of it.

Two renewals may fail, each with the wire's retries, before it runs out; and after a crash
on another machine, where nobody here can see that the holder is dead, nobody waits for long.
"""


class Holder:
    """Holds threads for this process, so that no two runs write one at once.

        holder = Holder(saver)
        with holder.hold("T-1") as lease:
            builder.compile(checkpointer=saver.holding(lease)).invoke(...)

    One background thread renews all that is held. Safe to use from several threads.
    """

    def __init__(self, saver: RedisSaver, *, ttl: Seconds = TTL) -> None:
        self._saver = saver
        self._ttl = ttl
        self._held: dict[str, Lease] = {}
        self._lock = threading.Lock()
        self._renewing: threading.Thread | None = None

    @contextmanager
    def hold(self, thread: str) -> Iterator[Lease]:
        """The lease on a thread, while the `with` lasts. `ThreadBusyError`: another has it.

        It is had at once from a process of this machine that was killed; from one elsewhere when
        its time is over.
        """
        lease = self._take(thread)
        self._begin(lease)
        try:
            yield lease
        finally:
            self._end(lease)

    def renew(self) -> None:
        """Renew all that is held, in one round trip; what was lost is no longer held."""
        with self._lock:  # what is given back meanwhile must not come to life again
            held = list(self._held.values())
            if held:
                lost = self._saver.wire.run(renew_leases(self._saver.settings, held))
                for lease in lost:
                    del self._held[lease.owner]

    def _take(self, thread: str) -> Lease:
        owner = str(new_owner())
        try:
            # Whose answer was lost on the way has it already, and asks again as the same.
            return self._try(thread, owner, owner)
        except ThreadBusyError as busy:
            holder = read_owner(busy.holder)
            if holder is None or not holder.is_dead:
                raise
            return self._try(thread, owner, busy.holder)

    def _try(self, thread: str, owner: str, dead: str) -> Lease:
        saver = self._saver
        return saver.wire.run(take_lease(saver.settings, thread, owner, self._ttl, dead))

    def _begin(self, lease: Lease) -> None:
        with self._lock:
            self._held[lease.owner] = lease
            if self._renewing is None or not self._renewing.is_alive():  # a fork has none
                name = "checkpoints-leases"
                self._renewing = threading.Thread(target=self._go_on, name=name, daemon=True)
                self._renewing.start()

    def _end(self, lease: Lease) -> None:
        with self._lock:
            self._held.pop(lease.owner, None)
        # What cannot be given back runs out by itself, and must not hide why the hold ended.
        with suppress(CheckpointsError):
            self._saver.wire.run(release_lease(self._saver.settings, lease))

    def _go_on(self) -> None:
        """Renews until nothing has been held for a while: short runs need not start it anew."""
        beat = milliseconds(self._ttl) / 3000
        while True:
            time.sleep(beat)
            with self._lock:
                if not self._held:
                    self._renewing = None
                    return
            with suppress(CheckpointsError):  # the next beat tries again
                self.renew()
