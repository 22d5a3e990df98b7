"""What the page on long-term memory shows is what happens: its Python, its keys, the names it drops."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from redis import Redis

import checkpoints
from checkpoints import filters, store_errors

PAGE = (Path(__file__).parents[2] / "docs" / "store.md").read_text(encoding="utf-8")
ADDRESS, PREFIX = "redis://localhost:6379/0", "app:"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def told(redis_url: str) -> dict[str, Any]:
    """The page worked through from top to bottom, on a server of the tests; the names it made, and its prefix."""
    prefix = f"docs-{uuid4().hex}:"
    names: dict[str, Any] = {"__name__": "page", "prefix": prefix}
    for block in blocks("python"):
        assert "assert" in block or "ttl=" in block
        code = block.replace(ADDRESS, redis_url).replace(f'"{PREFIX}"', f'"{prefix}"')
        exec(compile(code, "docs/store.md", "exec"), names)
    return names


def test_the_python_runs(told: dict[str, Any]) -> None:
    assert len(blocks("python")) == 3
    assert len(told["store"].search((), limit=100)) == 7
    told["store"].close()
    told["brief"].close()


def test_the_keys_are_as_shown(told: dict[str, Any], redis_url: str) -> None:
    [shown] = blocks("text")
    with Redis.from_url(redis_url) as client:
        keys = {key.decode() for key in client.scan_iter(told["prefix"] + "*", count=1000)}
        lifetimes = {
            user: client.ttl(f"{told['prefix']}store:{{sessions/{user}}}:item:cart")
            for user in ("42", "43")
        }
    there = {key.replace(told["prefix"], PREFIX) for key in keys}
    assert set(shown.split()) == {
        key for key in there if "books" in key or key.endswith("namespaces")
    }
    # Half an hour was said, and an hour by default.
    assert 1700 < lifetimes["42"] <= 1800
    assert 3500 < lifetimes["43"] <= 3600


def test_every_name_is_one() -> None:
    for name in re.findall(r"`(\w+Error)`", PAGE):
        assert hasattr(store_errors, name), name
    for name in set(re.findall(r"\b(?:Async)?RedisStore\b", PAGE)):
        assert name in checkpoints.__all__
    [shown] = re.findall(r"`(\$eq[^`]*)`", PAGE)
    assert shown.split() == [*filters._SAME, *filters._ORDER]
