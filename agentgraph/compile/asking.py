"""Asking a route function, sync or async, from a run that is either."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from agentgraph.compile.guards import View
from agentgraph.compile.route_error import RouteError
from agentgraph.model.contract import Json


@dataclass(frozen=True, slots=True)
class Question:
    """One route function, and the fields that it is given where present; at `graph.node`."""

    function: Callable[[dict[str, Json]], object]
    reads: tuple[str, ...]
    where: str

    def ask(self, view: View) -> Json:
        """Its answer. An async function is run to its end here."""
        answer = self._begin(view)
        return self._wait_here(answer) if inspect.isawaitable(answer) else answer

    async def aask(self, view: View) -> Json:
        """Its answer, awaited where it is async."""
        answer = self._begin(view)
        return await answer if inspect.isawaitable(answer) else answer

    def _begin(self, view: View) -> object:
        return self.function({field: view[field] for field in self.reads if field in view})

    def _wait_here(self, answer: Awaitable[Json]) -> Json:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(_awaited(answer))
        # A loop that already runs in this thread cannot be driven from inside it.
        if inspect.iscoroutine(answer):
            answer.close()
        raise RouteError(
            self.where, "its route function is async; run the graph with ainvoke or astream"
        )


async def _awaited(answer: Awaitable[Json]) -> Json:
    return await answer
