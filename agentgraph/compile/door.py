"""The compiled graph's door: what comes in is made JSON and held against its contract.

LangGraph checkpoints raw input, and what `update_state` is given, as the objects they are,
before any node runs; so they are converted here, in the methods through which all else goes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, StateSnapshot

from agentgraph.compile.entry import Entry
from agentgraph.compile.growing import list_write
from agentgraph.compile.metering import METER, Metering
from agentgraph.compile.recording import (
    RECORDING,
    begins,
    begun_before,
    is_older,
    put_run,
    recording_of,
)
from agentgraph.compile.shown import shown, shown_state
from agentgraph.compile.stored import Stored
from agentgraph.compile.visit import HIDDEN, LISTENS, Visit
from agentgraph.observe.redact import Hidden
from agentgraph.remember.ports import Journal


class ContractGraph(CompiledStateGraph[Any, Any, Any, Any]):
    """A LangGraph compiled graph that takes what its contract accepts, and nothing else.

    Everything of LangGraph's works on it. ContractViolation: input, an update or an answer
    does not fit. ResumeError: the thread was left by another graph, and what it stored does
    not fit this one.
    """

    entry: Entry | None = None
    stored: Stored | None = None
    metering: Metering | None = None
    labelled: bool = False
    journal: Journal | None = None
    growing: frozenset[str] = frozenset()
    by_step = False

    def stream(  # LangGraph's overloads, passed through
        self,
        input: Any,  # noqa: A002  # LangGraph's name
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> Iterator[Any]:
        visit = Visit.of(input, self.config, config)
        saver = visit.saver(self.checkpointer)
        stored = newest = None
        if saver is not None and self._looks(visit):
            stored = newest = saver.get_tuple(visit.where())
            newest = saver.get_tuple(visit.head()) if visit.names_checkpoint else stored
            if self.stored is not None:
                stored = self.stored.looked_at(saver, stored)
        given = self._admitted(input)
        journal = self.journal if saver is not None and begins(visit, stored, newest) else None
        if journal is not None and visit.going_on:
            visit = begun_before(journal, visit, newest)
        stamped = self._stamped(visit, stored, newest, config, kwargs)
        if journal is not None and saver is not None:
            newest = newest or saver.get_tuple(visit.head())
            put_run(journal, visit, given, stamped, newest)
        modes = kwargs.get("stream_mode") or self.stream_mode
        for chunk in super().stream(given, stamped, **kwargs):
            yield shown(chunk, modes) if self.by_step else chunk

    async def astream(
        self,
        input: Any,  # noqa: A002  # as above
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[Any]:
        visit = Visit.of(input, self.config, config)
        saver = visit.saver(self.checkpointer)
        stored = newest = None
        if saver is not None and self._looks(visit):
            stored = newest = await saver.aget_tuple(visit.where())
            newest = await saver.aget_tuple(visit.head()) if visit.names_checkpoint else stored
            if self.stored is not None:
                stored = await self.stored.alooked_at(saver, stored)
        given = self._admitted(input)
        journal = self.journal if saver is not None and begins(visit, stored, newest) else None
        if journal is not None and visit.going_on:
            visit = await asyncio.to_thread(begun_before, journal, visit, newest)
        stamped = self._stamped(visit, stored, newest, config, kwargs)
        if journal is not None and saver is not None:
            newest = newest or await saver.aget_tuple(visit.head())
            await asyncio.to_thread(put_run, journal, visit, given, stamped, newest)
        modes = kwargs.get("stream_mode") or self.stream_mode
        async for chunk in super().astream(given, stamped, **kwargs):
            yield shown(chunk, modes) if self.by_step else chunk

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:  # noqa: A002  # as above
        return self._left(super().invoke(input, config, **kwargs), kwargs)

    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:  # noqa: A002  # as above
        return self._left(await super().ainvoke(input, config, **kwargs), kwargs)

    def bulk_update_state(self, config: RunnableConfig, supersteps: Any) -> RunnableConfig:
        return super().bulk_update_state(config, self._updates(supersteps))

    async def abulk_update_state(self, config: RunnableConfig, supersteps: Any) -> RunnableConfig:
        return await super().abulk_update_state(config, self._updates(supersteps))

    def get_state(self, config: RunnableConfig, *, subgraphs: bool = False) -> StateSnapshot:
        return shown_state(super().get_state(config, subgraphs=subgraphs))

    async def aget_state(self, config: RunnableConfig, *, subgraphs: bool = False) -> StateSnapshot:
        return shown_state(await super().aget_state(config, subgraphs=subgraphs))

    def get_state_history(self, config: RunnableConfig, **how: Any) -> Iterator[StateSnapshot]:
        return map(shown_state, super().get_state_history(config, **how))

    async def aget_state_history(
        self, config: RunnableConfig, **how: Any
    ) -> AsyncIterator[StateSnapshot]:
        async for snapshot in super().aget_state_history(config, **how):
            yield shown_state(snapshot)

    def copy(self, update: dict[str, Any] | None = None) -> Any:
        """A copy, the door with it (LangGraph's `with_config` makes one)."""
        made = super().copy(update)
        made.entry, made.stored, made.metering = self.entry, self.stored, self.metering
        made.journal, made.labelled = self.journal, self.labelled
        made.growing, made.by_step = self.growing, self.by_step
        return made

    def _admitted(self, given: Any) -> Any:
        if given is None or self.entry is None:
            return given
        if isinstance(given, Command):
            update = None if given.update is None else self._written(given.update)
            resume = None if given.resume is None else self.entry.answer(given.resume)
            return replace(given, update=update, resume=resume)
        return self.entry.input(given)

    def _written(self, given: Any) -> dict[str, Any]:
        """A command's update, held against the contract, as it is written."""
        update = self.entry.update(given) if self.entry is not None else given
        return {
            name: list_write(value) if name in self.growing else value
            for name, value in update.items()
        }

    def _left(self, result: Any, kwargs: Mapping[str, Any]) -> Any:
        """The result, if it is the whole output of a finished run: held against the output contract.

        LangGraph gives None where no field of it was ever written: that is an empty output.
        """
        plain = (
            kwargs.get("stream_mode", "values") == "values"
            and kwargs.get("output_keys") is None
            and kwargs.get("version", "v1") == "v1"
        )
        halts = kwargs.get("interrupt_before") or kwargs.get("interrupt_after")
        if self.entry is None or not plain or halts:
            return result
        result = {} if result is None else result
        if isinstance(result, dict) and "__interrupt__" not in result:
            self.entry.output(result)
        return result

    def hold_output(self, result: Mapping[str, Any]) -> None:
        """Hold a finished run's output against the contract. ContractViolation: all that is missing or wrong."""
        if self.entry is not None:
            self.entry.output(result)

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

    def _looks(self, visit: Visit) -> bool:
        """Whether the run builds on what the thread stored."""
        return visit.going_on or (self.stored is not None and self.stored.keeps)

    def _stamped(
        self,
        visit: Visit,
        stored: Any,
        newest: Any,
        config: RunnableConfig | None,
        kwargs: Mapping[str, Any],
    ) -> RunnableConfig:
        """The caller's config with what goes on every checkpoint. ResumeError: what is stored does not fit."""
        if self.stored is None:
            return config or {}
        self.stored.check(stored, going_on=visit.going_on)
        given = config or {}
        stamp = {**self.stored.stamp, **visit.stamp(stored, older=is_older(stored, newest))}
        made: RunnableConfig = {**given, "metadata": {**given.get("metadata", {}), **stamp}}
        carried = self._carried(visit, stored, kwargs)
        # Without a thread there is nothing to carry it in: LangGraph says so.
        if carried and (visit.configurable or not self.checkpointer):
            made["configurable"] = {**given.get("configurable", {}), **carried}
        return made

    def _carried(self, visit: Visit, stored: Any, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """What the run's nodes find in their configurable: who listens, the turn's meter, the journal."""
        modes = kwargs.get("stream_mode") or self.stream_mode
        carried: dict[str, Any] = {LISTENS: True} if visit.listens(modes) else {}
        if self.metering is not None:
            went_on = stored if visit.going_on else None
            carried[METER] = self.metering.begin(visit.configurable, went_on)
        if self.labelled and HIDDEN not in visit.configurable:
            carried[HIDDEN] = Hidden({})
        saver = visit.saver(self.checkpointer) if self.journal is not None else None
        recording = recording_of(visit, self.journal, saver=saver)
        return carried if recording is None else {**carried, RECORDING: recording}
