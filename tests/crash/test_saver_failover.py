"""A replica that takes its master's place before all was replicated: a thread is at an earlier step, and whole."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from operator import add
from pathlib import Path
from typing import Annotated, Any

import pytest
from langgraph.channels.delta import DeltaChannel
from langgraph.graph import END, START, StateGraph
from redis import Redis
from typing_extensions import TypedDict

from checkpoints import RedisSaver
from checkpoints.errors import LostValueError
from tests.fixtures_cluster import free_ports, wait_for
from tests.fixtures_redis import VERSIONS, require_binary
from tests.unit.checkpoints import made

STEPS, PROMOTED, MOVED = 12, 5, 8
"""Steps of the run; before which the replica is promoted, and before which the client follows."""
LONG, OTHER = "long " * 3_000, "other " * 3_000
AT: Any = {"configurable": {"thread_id": "t"}, "recursion_limit": 100}


class State(TypedDict):
    n: int
    notes: Annotated[list[str], add]
    seen: str


def extend(value: Any, writes: Any) -> Any:
    return [*value, *(note for write in writes for note in write)]


class Delta(TypedDict):
    n: int
    notes: Annotated[list[str], DeltaChannel(extend)]
    seen: str


def graph(saver: Any, before: Callable[[int], None], ran: list[int], kind: type = State) -> Any:
    def step(state: Any) -> dict[str, Any]:
        n = state["n"]
        before(n)
        ran.append(n)
        # `seen` changes once, when nothing is replicated any more; with a delta channel nothing needs to.
        seen = {"seen": "only here"} if n == PROMOTED + 1 and kind is State else {}
        return {"n": n + 1, "notes": [f"{n} " * 3_000], **seen}

    builder: Any = StateGraph(kind)
    builder.add_node("step", step)
    builder.add_edge(START, "step")
    builder.add_conditional_edges("step", lambda state: "step" if state["n"] < STEPS else END)
    return builder.compile(checkpointer=saver)


@pytest.fixture(params=VERSIONS)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Any, Any]]:
    """Clients of a master and of its replica."""
    binary = require_binary(request.param)
    ports = free_ports(2)
    with ExitStack() as stack:
        for port in ports:
            folder = tmp_path / str(port)
            folder.mkdir()
            words = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
            server = subprocess.Popen([*words, "--dir", str(folder)], stdout=subprocess.DEVNULL)
            stack.callback(server.wait)
            stack.callback(server.terminate)
        master, replica = (stack.enter_context(closing(Redis(port=port))) for port in ports)
        for client in (master, replica):
            wait_for(client.ping)
        replica.replicaof("127.0.0.1", ports[0])
        wait_for(lambda: replica.info("replication")["master_link_status"] == "up")
        yield master, replica


def promote(master: Any, replica: Any) -> None:
    """All that was acknowledged so far is with the replica, and nothing that comes."""
    # WAIT counts what the same connection wrote.
    with master.client() as one:
        one.set("last", 1)
        assert one.wait(1, 10_000) == 1
    replica.execute_command("REPLICAOF", "NO", "ONE")


def test_a_thread_is_at_an_earlier_step_and_goes_on_from_there(pair: tuple[Any, Any]) -> None:
    master, replica = pair
    ran: list[int] = []

    def before(n: int) -> None:
        if n == PROMOTED and len(ran) == PROMOTED:
            promote(master, replica)

    done = graph(RedisSaver.from_client(master), before, ran).invoke(
        {"n": 0, "notes": []}, AT, durability="sync"
    )
    assert done["n"] == STEPS
    saver = RedisSaver.from_client(replica)
    for one in saver.list(AT):
        values = one.checkpoint["channel_values"]
        assert values.get("n", 0) == len(values.get("notes", []))
    ran.clear()
    again = graph(saver, before, ran).invoke(None, AT, durability="sync")
    assert ran == list(range(PROMOTED, STEPS))
    assert again["notes"] == done["notes"]


@pytest.mark.parametrize(("kind", "lost"), [(State, "/seen/"), (Delta, "gone from Redis")])
def test_a_run_that_lives_through_it_stores_nothing_that_cannot_be_read(
    pair: tuple[Any, Any], kind: type, lost: str
) -> None:
    master, replica = pair
    ran: list[int] = []
    # As a client from Sentinel does, it finds another master behind the same name.
    client = Redis(connection_pool=master.connection_pool)
    saver = RedisSaver.from_client(client)

    def before(n: int) -> None:
        if n == PROMOTED and len(ran) == PROMOTED:
            promote(master, replica)
        if n == MOVED:
            client.connection_pool = replica.connection_pool

    app = graph(saver, before, ran, kind)
    with pytest.raises(LostValueError, match=lost):
        app.invoke({"n": 0, "notes": []}, AT, durability="sync")
    found = app.get_state(AT)
    assert found.values["n"] == len(found.values["notes"]) == PROMOTED
    ran.clear()
    done = app.invoke(None, AT, durability="sync")
    assert ran == list(range(PROMOTED, STEPS))
    assert (done["n"], len(done["notes"])) == (STEPS, STEPS)
    assert app.get_state(AT).values == done


def test_big_values_that_a_replica_has_not_got_are_sent_again(pair: tuple[Any, Any]) -> None:
    """What the saver takes for stored, because it stored it, is not there any more."""
    master, replica = pair
    client = Redis(connection_pool=master.connection_pool)
    saver = RedisSaver.from_client(client)
    at = made.put(saver, made.config(), {"text": LONG}, versions={"text": "1.0"})
    promote(master, replica)
    at = made.put(saver, at, {"text": OTHER}, versions={"text": "2.0"})
    client.connection_pool = replica.connection_pool
    at = made.put(saver, at, {"text": OTHER}, versions={"text": "3.0"})
    assert made.values_at(saver, at) == {"text": OTHER}
    assert client.hlen("thread:{t}:blobs") == 2
