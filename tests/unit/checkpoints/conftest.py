from __future__ import annotations

from collections.abc import Iterator

import pytest
from redis import Redis

from checkpoints import RedisJournal, RedisSaver, RedisStore


@pytest.fixture
def client(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def saver(redis_url: str, prefix: str) -> Iterator[RedisSaver]:
    with RedisSaver.from_url(redis_url, prefix=prefix) as saver:
        yield saver


@pytest.fixture
def journal(redis_url: str, prefix: str) -> Iterator[RedisJournal]:
    with RedisJournal.from_url(redis_url, prefix=prefix) as journal:
        yield journal


@pytest.fixture
def store(redis_url: str, prefix: str) -> Iterator[RedisStore]:
    with RedisStore.from_url(redis_url, prefix=prefix) as store:
        yield store
