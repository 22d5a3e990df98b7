"""Opening a memory: what is wrong with an address or a folder is one clear sentence."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from agentgraph import open_memory
from agentgraph.errors import MemoryUnavailableError, MemoryWarning
from checkpoints import EmbeddedRedis


@pytest.mark.parametrize("url", ["hello", "http://127.0.0.1", "redis://127.0.0.1:99x"])
def test_what_is_no_address_is_said_to_be_none(url: str) -> None:
    with (
        pytest.raises(MemoryUnavailableError, match="is not a Redis address") as caught,
        open_memory(url),
    ):
        pass
    assert "redis://host:6379/0" in str(caught.value)


def test_an_address_that_nobody_answers_is_told_at_once() -> None:
    with (
        pytest.raises(MemoryUnavailableError, match="cannot be reached"),
        open_memory("redis://127.0.0.1:1/0"),
    ):
        pass


def test_a_folder_that_cannot_be_used_is_named_and_a_way_out_too(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with (
        pytest.raises(MemoryUnavailableError, match=r"taken.*cannot be used") as caught,
        open_memory(folder=tmp_path / "taken"),
    ):
        pass
    assert "--redis URL" in str(caught.value)


def test_what_a_body_raises_is_not_taken_for_the_memorys(redis_url: str) -> None:
    with pytest.raises(ValueError, match="their own"), open_memory(redis_url):
        raise ValueError("their own")


def test_a_server_that_can_lose_what_it_acknowledged_is_warned_of(spoilt: str) -> None:
    with pytest.warns(MemoryWarning) as told, open_memory(spoilt) as memory:
        assert list(memory.threads()) == []
    assert [str(one.message).partition(":")[0] for one in told] == [
        "maxmemory-policy is allkeys-lru",
        "Redis keeps only snapshots (save 60 1)",
    ]
    # It is told of the line that opened it.
    assert {one.filename for one in told} == {__file__}


def test_who_does_not_want_to_hear_of_it_does_not(spoilt: str) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("ignore", MemoryWarning)
        with open_memory(spoilt):
            pass
    assert told == []


def test_a_server_of_the_projects_own_is_as_it_should_be(short_folder: Path) -> None:
    # Warnings fail tests.
    with open_memory(folder=short_folder) as embedded, open_memory(url_of(short_folder)) as named:
        assert list(named.threads()) == list(embedded.threads()) == []


def url_of(folder: Path) -> str:
    return f"unix://{folder}/redis/redis.sock"


@pytest.fixture
def spoilt(short_folder: Path) -> Iterator[str]:
    """A server that keeps what it can, and no more."""
    with EmbeddedRedis(short_folder) as server, server.client() as client:
        client.config_set("appendonly", "no")
        client.config_set("save", "60 1")
        client.config_set("maxmemory", "1gb")
        client.config_set("maxmemory-policy", "allkeys-lru")
        yield server.url
