"""Savers of all kinds, and one way to drive a graph on each: blocking, or in an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from checkpoints import AsyncRedisSaver, RedisSaver

KINDS = (
    "memory",
    "SqliteSaver",
    "RedisSaver",
    "memory, async",
    "AsyncSqliteSaver",
    "RedisSaver, async",
    "AsyncRedisSaver",
)


class Engine:
    """A saver, and LangGraph's methods on it, whichever of the two they are."""

    def __init__(self, saver: Any, runner: asyncio.Runner | None) -> None:
        self.saver = saver
        self._runner = runner

    def invoke(self, app: Any, given: Any, config: Any, **how: Any) -> Any:
        if self._runner is None:
            return app.invoke(given, config, **how)
        return self._runner.run(app.ainvoke(given, config, **how))

    def stream(self, app: Any, given: Any, config: Any, **how: Any) -> list[Any]:
        if self._runner is None:
            return list(app.stream(given, config, **how))
        return self._runner.run(_all(app.astream(given, config, **how)))

    def state(self, app: Any, config: Any, **how: Any) -> Any:
        if self._runner is None:
            return app.get_state(config, **how)
        return self._runner.run(app.aget_state(config, **how))

    def history(self, app: Any, config: Any) -> list[Any]:
        """Newest first."""
        if self._runner is None:
            return list(app.get_state_history(config))
        return self._runner.run(_all(app.aget_state_history(config)))

    def update(self, app: Any, config: Any, values: Any, as_node: str | None = None) -> Any:
        if self._runner is None:
            return app.update_state(config, values, as_node)
        return self._runner.run(app.aupdate_state(config, values, as_node))


async def _all(items: Any) -> list[Any]:
    return [item async for item in items]


@contextmanager
def engine(kind: str, redis_url: Callable[[], str], prefix: str, folder: Path) -> Iterator[Engine]:
    """An engine of one of KINDS, its saver new and empty."""
    with ExitStack() as stack:
        runner = stack.enter_context(asyncio.Runner()) if "sync" in kind.lower() else None
        if kind.startswith("memory"):
            yield Engine(InMemorySaver(), runner)
        elif kind == "SqliteSaver":
            file = str(folder / "checkpoints.sqlite")
            yield Engine(stack.enter_context(SqliteSaver.from_conn_string(file)), None)
        elif kind.startswith("RedisSaver"):
            saver = stack.enter_context(RedisSaver.from_url(redis_url(), prefix=prefix))
            yield Engine(saver, runner)
        else:
            assert runner is not None
            opened = AsyncExitStack()
            made = runner.run(_opened(kind, opened, redis_url, prefix, folder))
            stack.callback(lambda: runner.run(opened.aclose()))
            yield Engine(made, runner)


async def _opened(
    kind: str, stack: AsyncExitStack, redis_url: Callable[[], str], prefix: str, folder: Path
) -> Any:
    if kind == "AsyncSqliteSaver":
        file = str(folder / "checkpoints.sqlite")
        return await stack.enter_async_context(AsyncSqliteSaver.from_conn_string(file))
    saver = AsyncRedisSaver.from_url(redis_url(), prefix=prefix)
    stack.push_async_callback(saver.aclose)
    return saver
