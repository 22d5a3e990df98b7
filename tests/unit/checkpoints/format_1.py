"""A thread as format 1 stored it, written key by key as that format says."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

SERDE = JsonPlusSerializer(allowed_msgpack_modules=None)
LONG = "a long text, stored as it is; " * 300
IDS = [f"0000000{n}-0000-6000-8000-000000000000" for n in range(3)]


def payload(name: str, value: Any) -> bytes:
    return sealed(name, tagged(value))


def sealed(name: str, rest: bytes) -> bytes:
    return b"\x01" + crc32(rest, crc32(b"\x01" + name.encode())).to_bytes(4) + rest


def tagged(value: Any) -> bytes:
    kind, data = SERDE.dumps_typed(value)
    return len(kind).to_bytes(1) + kind.encode() + data


def fill(client: Any, prefix: str, thread: str = "t") -> None:
    """Three checkpoints in a row, writes of two tasks, an interrupt, a recorded step, a run record."""
    base = f"{prefix}thread:{{{thread}}}:"
    for n, one in enumerate(IDS):
        values = {"n": (n, f"{n}.v"), "text": (LONG, "0.v"), "a, b": ([n], f"{n}.v")}
        for channel, (value, version) in values.items():
            name = f"/{channel}/{version}"
            client.hsetnx(base + "values", name, payload(name, value))
        head = [IDS[n - 1] if n else ""]
        head += [f"+{channel}/{version}" for channel, (_, version) in values.items()]
        head += ["-gone/0.v"]
        rest = {
            key: part
            for key, part in empty_checkpoint().items()
            if key not in {"channel_values", "channel_versions"}
        } | {"id": one}
        metadata = {"source": "loop", "step": n, "parents": {}, "run_id": "r"}
        text = "\n".join(head).encode()
        body = len(text).to_bytes(4) + text + tagged((rest, metadata))
        client.hset(base + "checkpoints", f"/{one}", sealed(f"/{one}", body))
        client.zadd(base + "index", {f"/{one}": 0})
        for task in ("task-1", "task-2"):
            for index, channel, value in ((0, "n", n + 1), (1, "a, b", [task])):
                name = f"/{one}/{task}/{index}/{channel}/path/"
                client.zadd(base + "writes", {name.encode() + payload(name, value): 0})
    name = f"/{IDS[-1]}/task-3/-3/__interrupt__//"
    client.zadd(base + "writes", {name.encode() + payload(name, "asked"): 0})
    recorded = sealed("place/key/", b"\x05bytesresult")
    client.zadd(base + "journal", {b"place/key/1/" + recorded: 0})
    client.hset(base + "runs", "r", b"1/" + sealed("r", b"\x05bytesrecord"))
    client.hset(
        base + "meta",
        mapping={"format": 1, "created": 10, "updated": 20, "recorded": 1, "ran": 1, "run:r": 1},
    )
