"""Carrying out a call's effects: blocking, or awaiting. The only code that exists twice."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from agentgraph.call.effects import Effect, Invoke, Sleep, Steps
from agentgraph.call.stopping import Limit, RunStoppedError
from agentgraph.call.waiting import await_within, sleep_within, wait_within
from agentgraph.call.workers import LOOP, WORKERS
from agentgraph.observe.clock import clock

T = TypeVar("T")


class TimedOutError(TimeoutError):
    """User code did not answer within its timeout; `seconds` is that timeout."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"no answer within {seconds:g} s")


def drive(steps: Steps[T], limit: Limit | None = None) -> T:
    """The result of `steps`, carried out blocking, in this thread where no timeout or limit asks for another."""
    with clock().acting():
        return _driven(steps, limit)


def _driven(steps: Steps[T], limit: Limit | None) -> T:
    try:
        effect = next(steps)
        while True:
            try:
                value = _do(effect) if limit is None else _do_within(effect, limit)
            except BaseException as error:  # noqa: BLE001  # the pipeline decides what to do about it
                effect = steps.throw(error)
            else:
                effect = steps.send(value)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]  # typed by `steps`


async def adrive(steps: Steps[T], limit: Limit | None = None) -> T:
    """The result of `steps`, awaited; blocking code runs on a thread beside the loop."""
    with clock().acting():
        return await _adriven(steps, limit)


async def _adriven(steps: Steps[T], limit: Limit | None) -> T:
    try:
        effect = next(steps)
        while True:
            try:
                value = await (_ado(effect) if limit is None else _ado_within(effect, limit))
            except BaseException as error:  # noqa: BLE001  # as above
                effect = steps.throw(error)
            else:
                effect = steps.send(value)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]  # typed by `steps`


def _do(effect: Effect) -> Any:
    if isinstance(effect, Sleep):
        clock().sleep(effect.seconds)
        return None
    if effect.sync is not None and effect.timeout is None:
        return effect.sync()
    future = _submitted(effect)
    if not clock().wait(future, effect.timeout):
        future.cancel()
        raise TimedOutError(effect.timeout or 0)
    return future.result()


def _do_within(effect: Effect, limit: Limit) -> Any:
    """`_do` in a run that may have to end: on a thread of its own, which can be left behind."""
    limit.check()
    if isinstance(effect, Sleep):
        sleep_within(effect.seconds, limit)
        return None
    future = _submitted(effect)
    try:
        if wait_within(future, effect.timeout, limit):
            return future.result()
    except RunStoppedError:
        future.cancel()
        raise
    future.cancel()
    raise TimedOutError(effect.timeout or 0)


async def _ado_within(effect: Effect, limit: Limit) -> Any:
    return await await_within(lambda: _ado(effect), limit)


def _submitted(effect: Invoke) -> concurrent.futures.Future[Any]:
    if effect.sync is not None:
        return WORKERS.submit(_acting(effect.sync))
    coroutine = _coroutine(effect)
    if LOOP.is_here():  # a coroutine body runs a graph blocking: its loop cannot be waited for
        return WORKERS.submit(lambda: asyncio.run(_awaited(coroutine)))
    return LOOP.submit(lambda: _awaited(coroutine))


def _acting(function: Callable[[], Any]) -> Callable[[], Any]:
    def act() -> Any:
        with clock().acting():
            return function()

    return act


async def _awaited(function: Callable[[], Awaitable[Any]]) -> Any:
    with clock().acting():
        return await function()


async def _ado(effect: Effect) -> Any:
    if isinstance(effect, Sleep):
        await clock().asleep(effect.seconds)
        return None
    if effect.timeout is None:
        return await _begun(effect)
    return await _within(effect, effect.timeout)


def _begun(effect: Invoke) -> Awaitable[Any]:
    if effect.async_ is not None:
        return effect.async_()
    return asyncio.wrap_future(WORKERS.submit(_acting(_blocking(effect))))


async def _within(effect: Invoke, seconds: float) -> Any:
    with clock().timeout(seconds) as scope:
        try:
            async with scope:
                return await _begun(effect)
        except TimeoutError:
            if scope.expired():
                raise TimedOutError(seconds) from None
            raise


def _coroutine(effect: Invoke) -> Callable[[], Awaitable[Any]]:
    if effect.async_ is None:
        raise TypeError("an effect without code")
    return effect.async_


def _blocking(effect: Invoke) -> Callable[[], Any]:
    if effect.sync is None:
        raise TypeError("an effect without code")
    return effect.sync
