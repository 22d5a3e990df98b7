"""Lists stored by what each step adds, in graphs of every shape, as they change, and as they get long."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Edge,
    Graph,
    Map,
    Route,
    agent,
    append,
    by_person,
    compile_graph,
    field,
    kept,
    upsert,
    whole,
)
from agentgraph.compile.growing import GrowingChannel, can_rebuild
from tests.conformance.engines import KINDS, Engine, engine

CONFIG: Any = {"configurable": {"thread_id": "t"}, "recursion_limit": 10_000}


@pytest.fixture(params=KINDS)
def on(
    request: pytest.FixtureRequest, redis_url: str, prefix: str, tmp_path: Path
) -> Iterator[Engine]:
    with engine(request.param, lambda: redis_url, prefix, tmp_path) as made:
        yield made


class Number(TypedDict):
    n: int


class Log(TypedDict):
    log: list[str]


class Grown(TypedDict):
    n: int
    log: Annotated[list[str], append]
    all: Annotated[list[dict[str, Any]], upsert, kept]


class GrownWhole(TypedDict):
    n: int
    log: Annotated[list[str], append, whole]
    all: Annotated[list[dict[str, Any]], upsert, kept, whole]


class Both(TypedDict):
    log: list[str]
    all: list[dict[str, Any]]


# What LangGraph would take for messages, well-formed or not.
LOOKALIKES: list[dict[str, Any]] = [
    {"id": "1", "role": "user", "content": "hello", "more": [1, None]},
    {"role": "user"},
    {"type": "tool", "id": "2"},
    {"id": "3", "type": "remove"},
]


@agent
def speak(n: int, log: list[str]) -> Both:
    return {"log": [f"{n}: {len(log)}"], "all": LOOKALIKES[n % 4 :]}


def line(state: type) -> Graph:
    return Graph(
        "line",
        input=Number,
        output=Log,
        state=state,
        edges=[Edge(START, speak), Edge(speak, END)],
    )


def test_what_looks_like_a_message_stays_json(on: Engine) -> None:
    app = compile_graph(line(Grown), checkpointer=on.saver)
    plain = compile_graph(line(GrownWhole), checkpointer=InMemorySaver())
    memory = Engine(plain.checkpointer, None)
    for n in (0, 1, 2):
        mode = "updates"
        chunks = on.stream(app, {"n": n}, CONFIG, stream_mode=mode)
        assert chunks == memory.stream(plain, {"n": n}, CONFIG, stream_mode=mode)
        values = on.state(app, CONFIG).values
        assert values == memory.state(plain, CONFIG).values
        assert type(values["all"]) is list
        assert {type(item) for item in values["all"]} == {dict}


@agent
def tick(n: int) -> Both:
    return {"log": [str(n)], "all": [{"id": str(n % 7), "n": n}]}


@agent(writes="n")
def less(n: int) -> int:
    return n - 1


def loop(state: type) -> Graph:
    return Graph(
        "loop",
        input=Number,
        output=Log,
        state=state,
        edges=[
            Edge(START, tick),
            Edge(tick, less),
            Route(less, cases=[(field("n") > 0, tick)], otherwise=END),
        ],
    )


def test_long_after_lists_were_stored_whole_again(on: Engine) -> None:
    app = compile_graph(loop(Grown), checkpointer=on.saver)
    for n in (230, 3, 120):
        end = on.invoke(app, {"n": n}, CONFIG)
        assert end["log"] == [str(i) for i in range(n, 0, -1)]
        values = on.state(app, CONFIG).values
        assert values["log"] == end["log"]
    # Replaced in place, turn after turn: by id, where it first stood.
    assert [one["id"] for one in values["all"]] == [str((230 - i) % 7) for i in range(7)]
    assert {one["id"]: one["n"] for one in values["all"]} == {str(i): i or 7 for i in range(7)}


def test_threads_left_by_graphs_that_store_lists_whole_go_on_and_back_again(on: Engine) -> None:
    apps = [compile_graph(loop(state), checkpointer=on.saver) for state in (GrownWhole, Grown)]
    other = InMemorySaver()
    plain = compile_graph(loop(GrownWhole), checkpointer=other)
    memory = Engine(other, None)
    for turn in range(6):
        app = apps[turn % 2]
        # Left in the middle by the one, gone on with by the other.
        given = {"n": 3 + turn}
        on.invoke(app, given, CONFIG, interrupt_after=["tick"])
        on.update(apps[1 - turn % 2], CONFIG, {"log": ["by hand"]}, "less")
        on.invoke(apps[1 - turn % 2], None, CONFIG)
        memory.invoke(plain, given, CONFIG, interrupt_after=["tick"])
        memory.update(plain, CONFIG, {"log": ["by hand"]}, "less")
        memory.invoke(plain, None, CONFIG)
        for one in apps:
            assert on.state(one, CONFIG).values == memory.state(plain, CONFIG).values
    for one in apps:
        past = [s.values for s in on.history(one, CONFIG)]
        assert past == [s.values for s in memory.history(plain, CONFIG)]


class Deep(TypedDict):
    n: int
    log: Annotated[list[str], append]
    items: list[int]
    doubled: Annotated[list[dict[str, str]], append, kept]
    answer: str


class Items(TypedDict):
    items: list[int]


class Line(TypedDict):
    text: str


@agent(writes="log")
def inner_log(n: int, log: list[str]) -> list[str]:
    return [f"inner {n} {len(log)}"]


@agent(asks="Deep?", writes="answer")
def inner_ask(log: list[str]) -> str:
    return by_person()


@agent(writes="log")
def inner_end(answer: str, log: list[str]) -> list[str]:
    return [*(f"{answer} {one}" for one in log), "inner end"]


inside = Graph(
    "inside",
    input=Number,
    output=Log,
    state=Deep,
    edges=[
        Edge(START, inner_log),
        Edge(inner_log, inner_ask),
        Edge(inner_ask, inner_end),
        Edge(inner_end, END),
    ],
)


@agent
def spread(n: int) -> Items:
    return {"items": list(range(n))}


class Failing:
    """Raises once at the item it is told."""

    at: int | None = None


@agent(writes="line")
def double(item: int) -> dict[str, str]:
    if item == Failing.at:
        Failing.at = None
        raise OSError("no network")
    return {"role": "user", "content": str(item * 2)}


@agent(writes="log")
def gather(doubled: list[dict[str, str]], log: list[str]) -> list[str]:
    return [f"{len(doubled)} after {len(log)}"]


around = Graph(
    "around",
    input=Number,
    output=Log,
    state=Deep,
    edges=[
        Edge(START, inside),
        Edge(START, spread),
        Map(spread, over="items", each="item", to=double, into="doubled"),
        Edge([inside, double], gather),
        Edge(gather, END),
    ],
)


def play_around(on: Engine, app: Any) -> Any:
    """A graph within that asks, a Map of which one run fails at first, and a join of both."""
    on.invoke(app, {"n": 4}, CONFIG)
    waiting = on.state(app, CONFIG, subgraphs=True)
    within = [task.state.values for task in waiting.tasks if task.state]
    assert [one["log"] for one in within] == [["inner 4 0"]]
    Failing.at = 2
    with pytest.raises(OSError, match="no network"):
        on.invoke(app, Command(resume="yes"), CONFIG)
    ends = [within, on.invoke(app, None, CONFIG)]
    on.invoke(app, {"n": 2}, CONFIG)
    ends.append(on.invoke(app, Command(resume="again"), CONFIG))
    return ends, [(s.values, s.next) for s in on.history(app, CONFIG)]


def test_graphs_within_maps_joins_and_a_failure_beside_them(
    on: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = compile_graph(around, checkpointer=on.saver)
    assert isinstance(app.channels["doubled"], GrowingChannel)
    found = play_around(on, app)
    # The same, where no list grows by steps.
    monkeypatch.setattr("agentgraph.compile.graph.can_rebuild", lambda _: False)
    other = InMemorySaver()
    plain = compile_graph(around, checkpointer=other)
    assert not isinstance(plain.channels["doubled"], GrowingChannel)
    assert found == play_around(Engine(other, None), plain)


class Plain(InMemorySaver):
    """A saver that has nothing for lists in steps."""

    get_delta_channel_history = BaseCheckpointSaver.get_delta_channel_history
    aget_delta_channel_history = BaseCheckpointSaver.aget_delta_channel_history


def test_savers_that_cannot_rebuild_get_whole_lists() -> None:
    saver = Plain()
    app = compile_graph(line(Grown), checkpointer=saver)
    assert not isinstance(app.channels["log"], GrowingChannel)
    app.invoke({"n": 1}, CONFIG)
    app.invoke({"n": 2}, CONFIG)
    [stored] = saver.list(CONFIG, limit=1)
    assert stored.checkpoint["channel_values"]["log"] == ["2: 0"]
    for none in (None, False, True):
        assert not can_rebuild(none)
