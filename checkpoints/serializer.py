"""Values to msgpack and back, building nothing but types that were allowed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from checkpoints.errors import BlockedTypeError

# The types that langgraph itself calls safe and the codes that it writes for them are private there;
# the conformance and round-trip tests would notice a change.
from langgraph.checkpoint.serde._msgpack import SAFE_MSGPACK_METHODS, SAFE_MSGPACK_TYPES  # isort: skip

_CONSTRUCTORS = frozenset({0, 1, 2, 4, 5})
_METHOD, _NUMPY, _DELTA_SNAPSHOT = 3, 6, 7

Allowed = tuple[str, ...] | type
"""A type that may be loaded: the class, or its module and name."""


class StrictSerializer(JsonPlusSerializer):
    """LangGraph's msgpack serializer in its strict form, where a blocked type raises.

    The library's own strict form logs a line and hands out the raw data in the type's place.
    This one looks through the whole payload first, and raises `BlockedTypeError` before
    anything is imported or built. Neither pickle nor JSON constructors are read.
    `allowed` adds types to those that LangGraph considers safe (numbers, dates, messages ...).
    """

    def __init__(self, allowed: Iterable[Allowed] = ()) -> None:
        self.allowed = frozenset(_pair(item) for item in allowed)
        self._known = SAFE_MSGPACK_TYPES | self.allowed
        super().__init__(allowed_msgpack_modules=self.allowed or None)

    def with_msgpack_allowlist(self, extra_allowlist: Iterable[Allowed]) -> StrictSerializer:
        """A serializer that allows these types too; itself, when it does already."""
        merged = self.allowed | {_pair(item) for item in extra_allowlist}
        return self if merged == self.allowed else StrictSerializer(merged)

    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        """The value; raises `BlockedTypeError`."""
        kind = data[0]
        if kind != "msgpack":
            if kind not in {"null", "bytes", "bytearray"}:
                raise BlockedTypeError((f"payload.{kind}",))
            return super().loads_typed(data)
        scan = _Scan(self._known)
        plain = scan.loads_typed(data)
        if scan.blocked:
            raise BlockedTypeError(tuple(dict.fromkeys(scan.blocked)))
        return super().loads_typed(data) if scan.built else plain


class _Scan(JsonPlusSerializer):
    """Decodes without building: notes whether there are typed values, and which are blocked."""

    def __init__(self, known: frozenset[tuple[str, ...]]) -> None:
        super().__init__(allowed_msgpack_modules=None, __unpack_ext_hook__=self._look)
        self._known = known
        self.blocked: list[str] = []
        self.built = False

    def _look(self, code: int, data: bytes) -> None:
        self.built = True
        if code == _NUMPY:
            return
        content = self.loads_typed(("msgpack", data))
        if code == _DELTA_SNAPSHOT:
            return
        if code in _CONSTRUCTORS:
            name, known = tuple(content[:2]), self._known
        elif code == _METHOD:
            name, known = (content[0], content[1], content[3]), SAFE_MSGPACK_METHODS
        else:
            name, known = ("extension", str(code)), frozenset()
        if name not in known:
            self.blocked.append(".".join(map(str, name)))


def _pair(item: Allowed) -> tuple[str, ...]:
    return (item.__module__, item.__name__) if isinstance(item, type) else tuple(item)
