"""Four processes, one dependency that is down: who learns it first spares the others."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

PROCESSES, EACH = 4, 12
CALLS = 10
PROGRAM = """
import sys
from urllib.request import urlopen

from typing_extensions import TypedDict

from agentgraph import END, START, CircuitBreaker, Edge, Graph, agent, open_memory, run_graph
from agentgraph.call.errors import CircuitOpenError

class Number(TypedDict):
    n: int

class Shown(TypedDict):
    shown: str

where, redis, prefix, name = sys.argv[1:]

@agent(writes="shown", needs="shop", timeout=20)
def ask(n: int) -> str:
    with urlopen(where) as answer:
        return answer.read().decode()

graph = Graph(
    "one", input=Number, output=Shown, edges=[Edge(START, ask), Edge(ask, END)],
    breaker=CircuitBreaker(calls=int("CALLS"), open_for=600, window=600),
)
with open_memory(redis, prefix=prefix) as memory:
    print("ready", flush=True)
    for number, line in enumerate(sys.stdin):
        ends = {"ok": 0, "failed": 0, "refused": 0}
        for n in range(int(line)):
            try:
                run_graph(graph, {"n": n}, thread=f"{name}-{number}-{n}", memory=memory)
                ends["ok"] += 1
            except CircuitOpenError:
                ends["refused"] += 1
            except OSError:
                ends["failed"] += 1
        print(ends["ok"], ends["failed"], ends["refused"], flush=True)
""".replace("CALLS", str(CALLS))


class Shop(ThreadingHTTPServer):
    """Counts who reaches it, and fails until it is mended."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.hits = 0
        self.down = True
        self.lock = threading.Lock()

    def since(self) -> int:
        with self.lock:
            hits, self.hits = self.hits, 0
            return hits


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        shop: Any = self.server
        with shop.lock:
            shop.hits += 1
        body = b"" if shop.down else b"sold"
        self.send_response(503 if shop.down else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base names it
        """Say nothing."""


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Shop() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_calls_that_reach_it_are_bounded_and_it_recovers_within_one_probe(
    shop: Shop, redis_url: str, prefix: str, tmp_path: Path
) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    where = f"http://127.0.0.1:{shop.server_port}/"
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", str(program), where, redis_url, prefix, f"p{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    try:
        for one in started:
            assert read(one) == "ready"
        tell_story(shop, started, redis_url, prefix)
    finally:
        for one in started:
            one.kill()
            one.communicate()


def tell_story(
    shop: Shop, started: list[subprocess.Popen[str]], redis_url: str, prefix: str
) -> None:
    # Each process may have a call under way when the circuit opens.
    ok, failed, refused = all_run(started)
    hits = shop.since()
    print(f"down: of {PROCESSES * EACH} calls {hits} reached it")
    assert ok == 0
    assert failed == hits
    assert CALLS <= hits <= CALLS + PROCESSES - 1
    assert refused == PROCESSES * EACH - failed

    let_open_time_pass(redis_url, prefix)
    ok, failed, refused = all_run(started)
    assert (shop.since(), ok, failed) == (1, 0, 1)  # the one probe, and nobody else

    let_open_time_pass(redis_url, prefix)
    shop.down = False
    assert run(started[0], 1) == (1, 0, 0)  # the probe, and it closes
    assert all_run(started) == (PROCESSES * EACH, 0, 0)
    assert shop.since() == PROCESSES * EACH + 1


def let_open_time_pass(redis_url: str, prefix: str) -> None:
    with Redis.from_url(redis_url) as client:
        (key,) = client.scan_iter(match=f"{prefix}circuit:*", count=1000)
        assert client.hget(key, "state") == b"open"
        client.hset(key, "until", "0")


def all_run(started: list[subprocess.Popen[str]]) -> tuple[int, int, int]:
    for one in started:
        say(one, EACH)
    ends = [tuple(map(int, read(one).split())) for one in started]
    ok, failed, refused = (sum(column) for column in zip(*ends, strict=True))
    return ok, failed, refused


def run(one: subprocess.Popen[str], times: int) -> tuple[int, ...]:
    say(one, times)
    return tuple(map(int, read(one).split()))


def say(one: subprocess.Popen[str], times: int) -> None:
    assert one.stdin is not None
    one.stdin.write(f"{times}\n")
    one.stdin.flush()


def read(one: subprocess.Popen[str]) -> str:
    assert one.stdout is not None
    return one.stdout.readline().strip()
