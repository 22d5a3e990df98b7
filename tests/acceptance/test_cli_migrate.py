"""Stored threads are encrypted, and encrypted anew, from the shell, and go on as before."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from agentgraph import open_memory, run_graph
from agentgraph.errors import MemoryUnavailableError
from tests.acceptance.cli import with_langgraph as agentgraph
from tests.acceptance.cli import write

ASKING = """\
from typing import TypedDict
from agentgraph import END, START, Edge, Graph, agent, by_person

class Wish(TypedDict):
    city: str

class Booking(TypedDict):
    booking: str

@agent(asks="Book it?", writes="allowed")
def allow(city: str) -> bool:
    return by_person()

@agent(writes="booking")
def book(city: str, allowed: bool) -> str:
    return f"{city}: {allowed}"

graph = Graph(
    "trip", version="1.0.0", input=Wish, output=Booking,
    edges=[Edge(START, allow), Edge(allow, book), Edge(book, END)],
)
"""
OLD, NEW = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
KEYS = "AGENTGRAPH_ENCRYPTION_KEYS"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.agentgraph]\n")
    return write(tmp_path, trip=ASKING)


def stored(project: Path) -> bytes:
    """What the project's Redis has put to disk."""
    folder = project / ".agentgraph" / "redis"
    return b"".join(path.read_bytes() for path in folder.rglob("*.aof"))


def test_a_thread_in_plain_text_is_encrypted_and_then_under_another_key(project: Path) -> None:
    def go(*words: str, keys: str = "") -> str:
        ran = agentgraph(*words, cwd=project, **{KEYS: keys})
        assert ran.code in {0, 1, 2, 3}, ran.err
        return ran.out + ran.err

    secret = "Reykjavik, and nobody may know"
    asked = go("run", "trip.py", "--thread", "T", "--input", f'{{"city": "{secret}"}}')
    assert "Book it?" in asked
    assert b"Reykjavik" in stored(project)
    refused = go("show", "T", keys=OLD)
    assert "plain text" in refused
    assert "agentgraph migrate" in refused
    first = go("migrate", keys=OLD)
    assert "T " in first
    assert "1 thread," in first
    assert not re.search(r"\b0 payloads rewritten", first)
    assert secret in go("show", "T", keys=OLD)
    assert f"help: commands take the keys from {KEYS}" in go("show", "T")
    assert "(cannot be read: `agentgraph show` says why)" in go("threads")
    assert "is encrypted with the key" in go("threads", "--format", "json")
    again = go("migrate", "T", keys=f"{NEW}, {OLD}")
    assert not re.search(r"\b0 payloads rewritten", again)
    assert "0 payloads rewritten" in go("migrate", keys=NEW)
    done = go("run", "trip.py", "--thread", "T", "--resume", "true", keys=NEW)
    assert f"{secret}: True" in done


def test_what_is_no_key_and_no_thread_is_said_in_a_sentence(project: Path) -> None:
    for words, keys, said in (
        (["threads"], "no key!", "an encryption key is 16, 24 or 32 bytes"),
        (["threads"], "no key!", f"help: commands take the keys from {KEYS}"),
        (["migrate", "nobody"], OLD, "there is no thread 'nobody'"),
    ):
        agentgraph("run", "trip.py", "--thread", "T", "--input", '{"city": "Rome"}', cwd=project)
        ran = agentgraph(*words, cwd=project, **{KEYS: keys})
        assert ran.code != 0
        assert said in ran.err
        assert "Traceback" not in ran.err


def test_a_memory_of_your_own_takes_keys_too(tmp_path: Path) -> None:
    graph_file = write(tmp_path, trip=ASKING) / "trip.py"
    namespace: dict[str, object] = {}
    exec(compile(graph_file.read_text(), graph_file, "exec"), namespace)
    with open_memory(folder=tmp_path, encryption=[bytes(32)]) as memory:
        run_graph(namespace["graph"], {"city": "Oslo, in secret"}, thread="T", memory=memory)  # type: ignore[arg-type]
    assert b"Oslo" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*.aof"))
    with (
        pytest.raises(MemoryUnavailableError, match="an encryption key is"),
        open_memory(folder=tmp_path, encryption="short"),
    ):
        pass
