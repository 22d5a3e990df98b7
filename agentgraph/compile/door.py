"""The compiled graph's door: what comes in is made JSON and held against its contract.

LangGraph checkpoints raw input, and what `update_state` is given, as the objects they are,
before any node runs; so they are converted here, in the methods through which all else goes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command

from agentgraph.compile.entry import Entry
from agentgraph.compile.stored import Stored


class ContractGraph(CompiledStateGraph[Any, Any, Any, Any]):
    """A LangGraph compiled graph that takes what its contract accepts, and nothing else.

    Everything of LangGraph's works on it. ContractViolation: input, an update or an answer
    does not fit. ResumeError: the thread was left by another graph, and what it stored does
    not fit this one.
    """

    entry: Entry | None = None
    stored: Stored | None = None

    def stream(
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Any]:  # type: ignore[override]  # noqa: A002  # LangGraph's overloads, passed through
        saver = self._saver(config)
        if self.stored is not None and saver is not None and self.stored.asks(input):
            self.stored.check(saver.get_tuple(self._own(config)), continuing=_continues(input))
        yield from super().stream(self._admitted(input), config, **kwargs)

    async def astream(
        self, input: Any, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[Any]:  # type: ignore[override]  # noqa: A002  # as above
        saver = self._saver(config)
        if self.stored is not None and saver is not None and self.stored.asks(input):
            self.stored.check(
                await saver.aget_tuple(self._own(config)), continuing=_continues(input)
            )
        async for chunk in super().astream(self._admitted(input), config, **kwargs):
            yield chunk

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:  # type: ignore[override]  # noqa: A002  # as above
        return self._left(super().invoke(input, config, **kwargs), kwargs)

    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:  # type: ignore[override]  # noqa: A002  # as above
        return self._left(await super().ainvoke(input, config, **kwargs), kwargs)

    def bulk_update_state(self, config: RunnableConfig, supersteps: Any) -> RunnableConfig:
        return super().bulk_update_state(config, self._updates(supersteps))

    async def abulk_update_state(self, config: RunnableConfig, supersteps: Any) -> RunnableConfig:
        return await super().abulk_update_state(config, self._updates(supersteps))

    def copy(self, update: dict[str, Any] | None = None) -> Any:
        """A copy, the door with it (LangGraph's `with_config` makes one)."""
        made = super().copy(update)
        made.entry, made.stored = self.entry, self.stored
        return made

    def _admitted(self, given: Any) -> Any:
        if given is None or self.entry is None:
            return given
        if isinstance(given, Command):
            if given.update is None:
                return given
            return Command(
                graph=given.graph,
                update=self.entry.update(given.update),
                resume=given.resume,
                goto=given.goto,
            )
        return self.entry.input(given)

    def _left(self, result: Any, kwargs: Mapping[str, Any]) -> Any:
        """The result, if it is the whole output of a finished run: held against the output contract."""
        whole = isinstance(result, dict) and "__interrupt__" not in result
        plain = (
            kwargs.get("stream_mode", "values") == "values" and kwargs.get("output_keys") is None
        )
        halts = kwargs.get("interrupt_before") or kwargs.get("interrupt_after")
        if (
            self.entry is not None
            and whole
            and plain
            and not halts
            and kwargs.get("version", "v1") == "v1"
        ):
            self.entry.output(result)
        return result

    def _updates(self, supersteps: Any) -> Any:
        entry = self.entry
        if entry is None:
            return supersteps
        return [
            [
                step._replace(values=entry.update(step.values)) if step.values is not None else step
                for step in steps
            ]
            for steps in supersteps
        ]

    def _saver(self, config: RunnableConfig | None) -> Any:
        """The saver that a run would use: handed down in a nested run, else this graph's own."""
        configurable = (config or {}).get("configurable", {})
        own = self.checkpointer
        return configurable.get("__pregel_checkpointer") or (
            own if own not in (None, True, False) else None
        )

    def _own(self, config: RunnableConfig | None) -> RunnableConfig:
        known = ("thread_id", "checkpoint_ns", "checkpoint_id")
        configurable = (config or {}).get("configurable", {})
        return {
            "configurable": {
                "checkpoint_ns": "",
                **{key: configurable[key] for key in known if key in configurable},
            }
        }


def _continues(given: Any) -> bool:
    return given is None or isinstance(given, Command)
