"""What savers, journals and stores have in common besides their work: a wire, and an end."""

from __future__ import annotations

from typing import Self

from checkpoints.wire import AsyncWire, Wire


class Wired:
    """Works over a wire until `close`, or the end of a `with`."""

    wire: Wire

    def close(self) -> None:
        """Close the connections, unless they are those of your own client."""
        self.wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncWired:
    """`Wired` for an event loop: until `aclose`, or the end of an `async with`."""

    wire: AsyncWire

    async def aclose(self) -> None:
        """Close the connections, unless they are those of your own client."""
        await self.wire.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
