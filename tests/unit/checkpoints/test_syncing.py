from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from checkpoints import EmbeddedRedis
from checkpoints.syncing import Syncer, append_only_file, sync
from tests.fixtures_redis import VERSIONS, require_binary


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch, short_folder: Path) -> threading.Semaphore:
    """Counts how often something of this test's folder was brought to the disk; others have servers too."""
    count = threading.Semaphore(0)
    real = os.fdatasync

    def counting(fd: int) -> None:
        file = Path(f"/proc/self/fd/{fd}").readlink()
        real(fd)
        if file.is_relative_to(short_folder):
            count.release()

    monkeypatch.setattr(os, "fdatasync", counting)
    return count


@pytest.mark.parametrize("version", VERSIONS)
def test_what_was_written_is_synced_once(
    version: str, short_folder: Path, synced: threading.Semaphore
) -> None:
    with (
        EmbeddedRedis(short_folder, binary=require_binary(version)) as one,
        one.client() as client,
    ):
        assert client.config_get("appendfsync") == {"appendfsync": "no"}
        assert one._syncer is not None
        one._syncer.stop()  # so that nobody else syncs
        client.set("a", "1")
        first = sync(one.folder)
        assert synced.acquire(blocking=False)
        assert sync(one.folder, first) == first
        assert not synced.acquire(blocking=False)
        client.set("a", "2")
        assert sync(one.folder, first) != first
        assert synced.acquire(blocking=False)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_rewritten_file_is_followed(version: str, short_folder: Path) -> None:
    with (
        EmbeddedRedis(short_folder, binary=require_binary(version)) as one,
        one.client() as client,
    ):
        client.set("a", "1")
        before = sync(one.folder)
        client.bgrewriteaof()
        while client.info("persistence")["aof_rewrite_in_progress"]:
            client.ping()
        client.set("b", "2")
        after = sync(one.folder, before)
        assert after is not None
        assert before is not None
        assert after[0] != before[0]
        file = append_only_file(one.folder)
        assert file is not None
        assert file.read_bytes().endswith(b"2\r\n")


def test_it_goes_on_by_itself_until_it_is_stopped(
    short_folder: Path, synced: threading.Semaphore
) -> None:
    file = short_folder / "appendonly.aof"
    file.write_bytes(b"one")
    syncer = Syncer(short_folder, every=0.001)
    syncer.start()
    assert synced.acquire(timeout=30)
    file.write_bytes(b"one and more")
    assert synced.acquire(timeout=30)
    syncer.stop()
    assert not syncer._thread.is_alive()


def test_where_there_is_nothing_it_does_nothing(tmp_path: Path) -> None:
    assert sync(tmp_path / "gone") is None
    syncer = Syncer(tmp_path / "gone", every=0.001)
    syncer.start()
    syncer.stop()
