"""Lists that are stored by what each step adds behave as those that are stored whole, on every saver."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from langgraph.types import Command
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Edge,
    Graph,
    Message,
    agent,
    append,
    by_person,
    compile_graph,
    kept,
    upsert,
    whole,
)
from agentgraph.compile.growing import GrowingChannel
from tests.conformance.engines import KINDS, Engine, engine

CONFIG: Any = {"configurable": {"thread_id": "t"}, "recursion_limit": 1_000}
MODES = ["values", "updates", "tasks", "checkpoints", "debug"]


@pytest.fixture(params=KINDS)
def on(
    request: pytest.FixtureRequest, redis_url: str, prefix: str, tmp_path: Path
) -> Iterator[Engine]:
    with engine(request.param, lambda: redis_url, prefix, tmp_path) as made:
        yield made


class Input(TypedDict):
    n: int
    said: list[Message]


class By(TypedDict):
    """What all graphs here keep; stored by what is added."""

    n: int
    said: Annotated[list[Message], upsert, kept]
    log: Annotated[list[str], append]
    marks: Annotated[list[int], append]
    answer: str


class Whole(TypedDict):
    """The same, stored whole."""

    n: int
    said: Annotated[list[Message], upsert, kept, whole]
    log: Annotated[list[str], append, whole]
    marks: Annotated[list[int], append, whole]
    answer: str


class Said(TypedDict):
    said: list[Message]
    log: list[str]


class Log(TypedDict):
    log: list[str]


def message(name: str, text: str) -> Message:
    return Message(role="assistant", content=text, id=name)


@agent
def hear(n: int, said: list[Message]) -> Said:
    """Changes the first message, and adds one."""
    first = message(said[0].id, f"heard {len(said)}") if said else message("first", "none")
    return {"said": [first, message(f"h{n}-{len(said)}", "I hear")], "log": [f"hear {n}"]}


@agent
def left(log: list[str]) -> Log:
    return {"log": [f"left {len(log)}", "and more"]}


@agent
def right(log: list[str]) -> Log:
    return {"log": [f"right {len(log)}"]}


@agent(asks="Go on?", writes="answer")
def ask(log: list[str]) -> str:
    return by_person()


@agent(writes="n")
def count(n: int, log: list[str], answer: str) -> int:
    return n + len(log)


@agent
def close(n: int, log: list[str]) -> Said:
    return {"said": [message(f"c{n}", "closed")], "log": ["closed"]}


def talk(state: type) -> Graph:
    """Hears, forks and joins, asks a person, counts, closes."""
    return Graph(
        "talk",
        input=Input,
        output=Log,
        state=state,
        edges=[
            Edge(START, hear),
            Edge(hear, left),
            Edge(hear, right),
            Edge([left, right], ask),
            Edge(ask, count),
            Edge(count, close),
            Edge(close, END),
        ],
    )


def given(n: int) -> dict[str, Any]:
    return {
        "n": n,
        "said": [{"role": "user", "content": f"hello {n}", "name": None, "id": f"u{n}"}],
    }


def told(snapshot: Any) -> Any:
    """What can be told of a state without ids and times, and without the writes by which a turn begins."""
    return (
        snapshot.values,
        snapshot.next,
        snapshot.metadata.get("step"),
        snapshot.metadata.get("source"),
        [
            (task.name, task.result, [i.value for i in task.interrupts])
            for task in snapshot.tasks
            if task.name != "__start__"
        ],
    )


def everything(on: Engine, app: Any) -> list[Any]:
    return [told(snapshot) for snapshot in on.history(app, CONFIG)]


def step(on: Engine, app: Any, name: str) -> Any:
    """The newest state that has this agent next."""
    return next(s for s in on.history(app, CONFIG) if name in s.next)


Play = Callable[[Engine, Any], Any]


def turns(on: Engine, app: Any) -> Any:
    """Three turns; what is not kept begins anew in each."""
    ends = []
    for n in range(3):
        on.invoke(app, given(n), CONFIG)
        ends.append(on.invoke(app, Command(resume=f"yes {n}"), CONFIG))
    assert ends[-1]["log"][0] == "hear 2"
    return ends


def watched(on: Engine, app: Any) -> Any:
    """Every mode of streaming shows lists of plain JSON."""
    chunks = on.stream(app, given(1), CONFIG, stream_mode=MODES)
    chunks += on.stream(app, Command(resume="yes"), CONFIG, stream_mode=MODES)
    for mode in ("updates", "tasks", "checkpoints"):
        chunks += [(mode, one) for one in on.stream(app, given(2), CONFIG, stream_mode=mode)]
        chunks += on.stream(app, Command(resume="yes"), CONFIG, stream_mode=[mode])
    v2 = on.stream(app, given(3), CONFIG, stream_mode=MODES, version="v2", subgraphs=True)
    # Of agents that run side by side, now the one is told of first, now the other.
    return sorted(repr(shape(chunk)) for chunk in [*chunks, *v2])


def shape(value: Any) -> Any:
    """A chunk without ids and times; sets and tuples stay what they are."""
    if isinstance(value, dict):
        passing = {
            "id",
            "timestamp",
            "config",
            "parent_config",
            "metadata",
            "checkpoint",
            "triggers",
        }
        return {key: shape(one) for key, one in value.items() if key not in passing}
    if isinstance(value, list | tuple):
        return type(value)(shape(one) for one in value) if type(value) in (list, tuple) else value
    return getattr(value, "value", value)


def forks(on: Engine, app: Any) -> Any:
    """From older checkpoints, one with its tasks done; the old history stays as it was."""
    turns(on, app)
    past = on.history(app, CONFIG)
    joined, counted = step(on, app, "ask"), step(on, app, "count")
    on.invoke(app, None, joined.config)
    on.invoke(app, Command(resume="other"), CONFIG)
    on.invoke(app, None, counted.config)
    old = [on.state(app, one.config) for one in past]
    assert [told(one)[0] for one in old] == [told(one)[0] for one in past]
    return on.state(app, CONFIG).values


def updates(on: Engine, app: Any) -> Any:
    """By hand: at the head, at an older checkpoint, twice from the same one, and in an agent's name."""
    turns(on, app)
    more = {"log": ["by hand"], "said": [given(9)["said"][0], given(0)["said"][0]]}
    on.update(app, CONFIG, more, "close")
    older = step(on, app, "ask").config
    first = on.update(app, older, more, "left")
    second = on.update(app, older, {"log": ["twice"]}, "hear")
    on.invoke(app, None, second)
    on.invoke(app, Command(resume="yes"), CONFIG)
    seen = [on.state(app, place).values for place in (older, first, second, CONFIG)]
    on.invoke(app, None, first)
    return seen


def commands(on: Engine, app: Any) -> Any:
    """An answer that brings an update, of messages too."""
    on.invoke(app, given(1), CONFIG)
    update = {"log": ["with the answer"], "said": [given(7)["said"][0]]}
    return on.invoke(app, Command(resume="yes", update=update), CONFIG)


def halves(on: Engine, app: Any) -> Any:
    """A turn that is left where it waits, and another one begun."""
    on.invoke(app, given(1), CONFIG)
    on.invoke(app, given(2), CONFIG)
    return on.invoke(app, Command(resume="yes"), CONFIG)


PLAYS: list[Play] = [turns, watched, forks, updates, commands, halves]


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.__name__)
def test_as_stored_whole(on: Engine, play: Play, request: pytest.FixtureRequest) -> None:
    growing = compile_graph(talk(By), checkpointer=on.saver)
    assert isinstance(growing.channels["said"], GrowingChannel)
    found = play(on, growing), everything(on, growing)
    with engine("memory", str, "", Path()) as other:
        plain = compile_graph(talk(Whole), checkpointer=other.saver)
        assert not isinstance(plain.channels["said"], GrowingChannel)
        assert found == (play(other, plain), everything(other, plain))


@pytest.mark.parametrize("durability", ["sync", "async", "exit"])
def test_whenever_it_is_stored(on: Engine, durability: Any) -> None:
    app = compile_graph(talk(By), checkpointer=on.saver)
    end: Any = None
    for n in range(3):
        on.invoke(app, given(n), CONFIG, durability=durability)
        end = on.invoke(app, Command(resume="yes"), CONFIG, durability=durability)
    assert end["log"] == ["hear 2", "left 1", "and more", "right 1", "closed"]
    said = [one["id"] for one in on.state(app, CONFIG).values["said"]]
    assert said == ["u0", "h0-1", "c4", "u1", "h1-4", "c5", "u2", "h2-7", "c6"]
