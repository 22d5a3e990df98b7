"""LangGraph's own conformance kit, base and extended, on every server version."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
from langgraph.checkpoint.conformance import checkpointer_test, validate
from langgraph.checkpoint.conformance.capabilities import ALL_CAPABILITIES

from checkpoints import AsyncRedisSaver, RedisSaver


async def async_saver(url: str, prefix: str) -> AsyncGenerator[AsyncRedisSaver, None]:
    async with AsyncRedisSaver.from_url(url, prefix=prefix) as saver:
        yield saver


async def sync_saver(url: str, prefix: str) -> AsyncGenerator[RedisSaver, None]:
    """The kit drives asynchronous methods; a blocking saver brings its own, which run in threads."""
    with RedisSaver.from_url(url, prefix=prefix) as saver:
        yield saver


@pytest.mark.parametrize("factory", [async_saver, sync_saver])
def test_base_and_extended(
    factory: Callable[[str, str], Any], each_redis_url: str, prefix: str
) -> None:
    registered = checkpointer_test(name=factory.__name__)(lambda: factory(each_redis_url, prefix))
    report = asyncio.run(validate(registered))
    assert {name for name, result in report.results.items() if result.detected} == {
        c.value for c in ALL_CAPABILITIES
    }
    failures = [failure for result in report.results.values() for failure in result.failures]
    assert failures == []
    assert sum(result.tests_passed for result in report.results.values()) > 60
