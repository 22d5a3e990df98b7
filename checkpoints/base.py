"""What both savers are, apart from waiting."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Self

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.serde.base import SerializerProtocol

from checkpoints.leases import Lease
from checkpoints.saving import next_version
from checkpoints.serializer import Allowed, StrictSerializer
from checkpoints.settings import Settings


class SaverBase(BaseCheckpointSaver[str]):
    """Settings and serializer of a saver. Clones share the connections."""

    serde: SerializerProtocol

    def __init__(
        self, settings: Settings, allowed: Iterable[Allowed], serde: SerializerProtocol | None
    ) -> None:
        super().__init__(serde=serde or StrictSerializer(allowed))
        self.settings = settings

    def holding(self, lease: Lease) -> Self:
        """A saver whose writes are refused, with `LeaseLostError`, once the lease passed to another."""
        clone = copy.copy(self)
        clone.settings = self.settings.held(lease.token, lease.owner)
        return clone

    def get_next_version(self, current: str | None, channel: None) -> str:  # noqa: ARG002  # LangGraph's signature
        """The version of a channel after `current`."""
        return next_version(current)
