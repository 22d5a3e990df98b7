from __future__ import annotations

import asyncio
import os
import pickle
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.base import empty_checkpoint

from checkpoints import AsyncRedisSaver, EmbeddedRedis, RedisSaver, errors
from checkpoints.errors import (
    CheckpointsError,
    RedisRefusedError,
    RedisUnreachableError,
    WrongSaverError,
)
from tests.unit.checkpoints.made import config, put, values_at, writes_at


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_an_unreachable_redis_is_one_clear_error_within_seconds() -> None:
    url = f"redis://me:secret@127.0.0.1:{free_port()}/0"
    started = time.monotonic()
    with (
        RedisSaver.from_url(url) as saver,
        pytest.raises(RedisUnreachableError, match=r"me:\*\*\*@127.0.0.1") as caught,
    ):
        saver.get_tuple(config())
    assert "secret" not in str(caught.value)
    assert time.monotonic() - started < 10

    async def main() -> None:
        async with AsyncRedisSaver.from_url(url) as other:
            with pytest.raises(RedisUnreachableError, match="cannot be reached"):
                await other.aget_tuple(config())

    asyncio.run(main())


def test_nobody_behind_a_socket_path(tmp_path: Path) -> None:
    with (
        RedisSaver.from_url(f"unix://{tmp_path}/none.sock") as saver,
        pytest.raises(RedisUnreachableError, match=r"none\.sock"),
    ):
        saver.get_tuple(config())


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://localhost:6379/0", "redis://localhost:6379/0"),
        ("rediss://:secret@host/1?password=secret", "rediss://:***@host/1"),
        ("redis://me:se@cret@host", "redis://me:***@host"),
        ("unix:///a@b/c.sock?username=me&password=secret", "unix:///a@b/c.sock"),
    ],
)
def test_a_password_is_never_shown(url: str, shown: str) -> None:
    with RedisSaver.from_url(url) as saver:
        assert saver.wire.where == shown


def test_a_restart_is_not_noticed(short_folder: Path) -> None:
    with EmbeddedRedis(short_folder) as server, RedisSaver.from_url(server.url) as saver:
        at = put(saver, config(), {"a": 1})
        os.kill(int((server.folder / "server.pid").read_text()), signal.SIGKILL)
        server.start()
        saver.put_writes(at, [("c", 1)], "t")
        assert writes_at(saver, config()) == [("t", "c", 1)]


def test_a_full_memory_is_refused_and_what_was_stored_stays(short_folder: Path) -> None:
    with EmbeddedRedis(short_folder) as server, RedisSaver.from_url(server.url) as saver:
        at = put(saver, config(), {"a": 1})
        with server.client() as client:
            client.config_set("maxmemory", 1)
            with pytest.raises(RedisRefusedError, match="maxmemory"):
                put(saver, at, {"a": 2}, versions={"a": "2.x"})
            assert values_at(saver, config()) == {"a": 1}
            client.config_set("maxmemory", 0)
        put(saver, at, {"a": 2}, versions={"a": "2.x"})
        assert values_at(saver, config()) == {"a": 2}


def test_wrong_password_and_missing_rights_say_so(short_folder: Path) -> None:
    with EmbeddedRedis(short_folder) as server, server.client() as client:
        client.acl_setuser(
            "reader",
            enabled=True,
            passwords=["+p"],
            keys=["*"],
            categories=["+@all", "-@scripting"],
        )
        reader = f"{server.url}?username=reader&password="
        for password, error, said in (
            ("wrong", RedisUnreachableError, r"redis\.sock cannot.*username-password"),
            ("p", RedisRefusedError, "permissions"),
        ):
            with RedisSaver.from_url(reader + password) as saver, pytest.raises(error, match=said):
                saver.get_tuple(config())


def test_a_client_of_yours_stays_open(client: Any, prefix: str) -> None:
    with RedisSaver.from_client(client, prefix=prefix) as saver:
        put(saver, config())
    assert client.ping()


def test_blocking_methods_of_the_async_saver_say_what_to_use() -> None:
    saver = AsyncRedisSaver.from_url("redis://localhost")
    acts: list[Callable[[], object]] = [
        lambda: saver.get_tuple(config()),
        lambda: saver.list(config()),
        lambda: saver.put(config(), empty_checkpoint(), {}, {}),
        lambda: saver.put_writes(config(), [], "t"),
    ]
    for act in acts:
        with pytest.raises(WrongSaverError, match="compile the graph with RedisSaver"):
            act()


EXAMPLES: list[CheckpointsError] = [
    errors.CorruptPayloadError("t", "n", "why"),
    errors.LostValueError("t", "n"),
    errors.UnsupportedFormatError("t", "2", "1"),
    errors.BlockedTypeError(("a.b.C",)),
    errors.NotStorableError("n", "lock", "why"),
    errors.NotEncryptedError("t", "n"),
    errors.UnknownKeyError("t", "n", "00ff00ff", given=True),
    errors.UnknownKeyError("t", "n", "00ff00ff", given=False),
    errors.CompressionUnavailableError("t", "n"),
    errors.EncryptionUnavailableError(),
    errors.EncryptionKeyError("why"),
    errors.ThreadExistsError("t"),
    errors.ThreadBusyError("t"),
    errors.ThreadBusyError("t", "me", 1.5),
    errors.LeaseLostError("t", "me"),
    errors.RedisUnreachableError("here", "why"),
    errors.RedisRefusedError("here", "why"),
    errors.WrongSaverError("put"),
    errors.BinaryNotFoundError(("there",)),
    errors.FolderNotWritableError("f", "why"),
    errors.DiskFullError("f"),
    errors.SocketPathTooLongError("/x", 107),
    errors.ServerTooOldError("f", "b", "6.2"),
    errors.ServerNotStartedError("b", "f", "why", "log"),
]


def test_every_error_has_an_example() -> None:
    bases = {CheckpointsError, errors.EmbeddedRedisError}
    raised = {
        one
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, CheckpointsError)
    }
    assert {type(one) for one in EXAMPLES} == raised - bases


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_errors_are_one_sentence_and_survive_pickling(error: CheckpointsError) -> None:
    assert str(error)
    assert "\n" not in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
