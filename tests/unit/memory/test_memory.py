"""Opening a memory: what is wrong with an address or a folder is one clear sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentgraph import open_memory
from agentgraph.errors import MemoryUnavailableError


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
