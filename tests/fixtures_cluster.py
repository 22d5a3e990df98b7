"""A real Redis cluster of three masters, for tests: one per test process, on loopback.

cluster_port     the port of one of its nodes
"""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as NotYet

from tests.fixtures_redis import require_binary

MASTERS = 3
SLOTS = 16384


def free_ports(count: int) -> list[int]:
    """Ports that are free, and whose cluster port (10000 higher) is one too."""
    with ExitStack() as stack:
        found: list[int] = []
        while len(found) < count:
            one = stack.enter_context(socket.socket())
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            if port + 10000 < 65536:
                found.append(port)
        return found


def wait_for(what: Any, seconds: float = 30.0) -> None:
    """Until `what()` is true; a cluster agrees by gossip, in its own time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if what():
                return
        except NotYet:
            pass
        time.sleep(0.01)
    pytest.fail("the cluster did not come up")


def form(clients: list[Any], ports: list[int]) -> None:
    for client in clients:
        wait_for(client.ping)
    for number, client in enumerate(clients):
        share = range(SLOTS * number // MASTERS, SLOTS * (number + 1) // MASTERS)
        client.execute_command("CLUSTER ADDSLOTS", *share)
        client.execute_command("CLUSTER SET-CONFIG-EPOCH", number + 1)
    for port in ports[1:]:
        clients[0].execute_command("CLUSTER MEET", "127.0.0.1", port)
    for client in clients:
        wait_for(lambda client=client: client.cluster("info")["cluster_state"] == "ok")
        wait_for(
            lambda client=client: client.cluster("info")["cluster_known_nodes"] == str(MASTERS)
        )


@pytest.fixture(scope="session")
def cluster_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    binary = require_binary("7.0")
    ports = free_ports(MASTERS)
    with ExitStack() as stack:
        for port in ports:
            folder: Path = tmp_path_factory.mktemp("node")
            words = [binary, "--port", str(port), "--bind", "127.0.0.1", "--cluster-enabled", "yes"]
            words += ["--cluster-node-timeout", "2000", "--save", "", "--dir", str(folder)]
            node = stack.enter_context(subprocess.Popen(words, stdout=subprocess.DEVNULL))
            stack.callback(node.terminate)
        clients: list[Any] = [stack.enter_context(closing(Redis(port=port))) for port in ports]
        form(clients, ports)
        yield ports[0]
