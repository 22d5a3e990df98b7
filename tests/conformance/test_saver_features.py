"""More of LangGraph's features on Redis as in memory, each blocking and awaited: forks, graphs within, failures, delta channels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from operator import add
from pathlib import Path
from typing import Annotated, Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, RemoveMessage
from langgraph.channels.delta import DeltaChannel
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import _messages_delta_reducer
from langgraph.types import Command, Overwrite, Send, StateSnapshot, interrupt
from typing_extensions import TypedDict

from tests.conformance.engines import Engine, engine

CONFIG: Any = {"configurable": {"thread_id": "t"}}
DURABILITIES = ["sync", "async", "exit"]
MESSAGES: Any = _messages_delta_reducer


def put_together(value: list[Any], writes: Sequence[list[Any]]) -> list[Any]:
    return [*value, *(item for write in writes for item in write)]


class State(TypedDict, total=False):
    log: Annotated[list[Any], add]
    delta: Annotated[list[Any], DeltaChannel(put_together, snapshot_frequency=3)]
    said: Annotated[list[Any], DeltaChannel(MESSAGES)]
    n: int
    item: int


def said(word: str) -> Callable[[State], Any]:
    """Adds a word to both lists, and how long they were."""

    def node(state: State) -> Any:
        length = len(state.get("delta", []))
        return {"log": [word], "delta": [f"{word} {length}"]}

    return node


def graph_of(saver: Any, nodes: dict[str, Any], edges: list[Any], **options: Any) -> Any:
    builder: Any = StateGraph(State)
    for name, body in nodes.items():
        builder.add_node(name, body)
    for source, target in edges:
        if callable(target):
            builder.add_conditional_edges(source, target)
        else:
            builder.add_edge(source, target)
    return builder.compile(checkpointer=saver, **options)


def line(saver: Any, *nodes: tuple[str, Any], **options: Any) -> Any:
    names = [START, *(name for name, _ in nodes), END]
    return graph_of(saver, dict(nodes), list(pairwise(names)), **options)


def told(snapshot: Any) -> Any:
    """What can be told of a state without ids and times, and of those in it."""
    values = {
        k: [_content(one) for one in v] if k == "said" else v for k, v in snapshot.values.items()
    }
    tasks = [
        (
            task.name,
            task.error,
            sorted(str(i.value) for i in task.interrupts),
            told(task.state) if isinstance(task.state, StateSnapshot) else None,
        )
        for task in snapshot.tasks
    ]
    metadata = snapshot.metadata or {}
    return values, snapshot.next, metadata.get("step"), metadata.get("source"), tasks


def _content(message: Any) -> Any:
    return (message.type, message.content)


def everything(on: Engine, app: Any, config: Any = CONFIG) -> list[Any]:
    return [told(snapshot) for snapshot in on.history(app, config)]


def plain(result: Any) -> Any:
    """A result without the ids of questions and messages."""
    result = dict(result)
    asked = sorted(str(one.value) for one in result.pop("__interrupt__", ()))
    return {**result, "said": [_content(one) for one in result.get("said", [])]}, asked


def older(on: Engine, app: Any, name: str) -> Any:
    """Where this node was next, the newest time."""
    return next(s.config for s in on.history(app, CONFIG) if name in s.next)


def going_back(on: Engine, how: str) -> Any:
    """An older checkpoint run again: what was asked after it is asked again."""

    def ask(state: State) -> Any:
        return {"log": [interrupt("well?")], "delta": [interrupt("and?")]}

    app = line(on.saver, ("a", said("a")), ("ask", ask), ("b", said("b")))
    on.invoke(app, {"log": ["in"], "delta": ["in"]}, CONFIG)
    on.invoke(app, Command(resume=1), CONFIG)
    on.invoke(app, Command(resume=2), CONFIG)
    results = [on.invoke(app, None, older(on, app, "ask"), durability=how)]
    results.append(on.invoke(app, Command(resume=3), CONFIG, durability=how))
    results.append(on.invoke(app, Command(resume=4), CONFIG, durability=how))
    results.append(on.invoke(app, None, older(on, app, "b"), durability=how))
    return [plain(one) for one in results], everything(on, app)


def two_forks_of_one(on: Engine, how: str) -> Any:
    """Both go their own way, and so does what was there before."""
    app = line(on.saver, ("a", said("a")), ("b", said("b")), ("c", said("c")))
    on.invoke(app, {"delta": ["in"]}, CONFIG)
    at = older(on, app, "b")
    forks = [on.update(app, at, {"delta": [word], "log": [word]}) for word in ("one", "two")]
    ends = [plain(on.invoke(app, None, fork, durability=how)) for fork in forks]
    return ends, [told(on.state(app, place)) for place in (at, *forks)], everything(on, app)


def one_sent_fails(on: Engine, how: str) -> Any:
    """Once; and nothing is there twice afterwards."""
    ran: list[int] = []

    def work(state: Any) -> Any:
        ran.append(state["item"])
        if state["item"] == 3 and ran.count(3) == 1:
            raise OSError("no network")
        return {"log": [state["item"]], "delta": [state["item"]]}

    def each(state: State) -> Any:
        return [Send("work", {"item": n}) for n in range(6)]

    nodes = {"plan": said("plan"), "work": work, "done": said("done")}
    edges = [(START, "plan"), ("plan", each), ("work", "done"), ("done", END)]
    app = graph_of(on.saver, nodes, edges)
    with pytest.raises(OSError, match="no network"):
        on.invoke(app, {"delta": ["in"]}, CONFIG, durability=how)
    end = on.invoke(app, None, CONFIG, durability=how)
    assert ran.count(3) == 2
    # Which siblings LangGraph stops when one fails is chance, on any saver: leave out the tasks.
    return plain(end), [one[:-1] for one in everything(on, app)]


def a_branch_fails(on: Engine, how: str) -> Any:
    """Beside one that asks and one that is done."""
    ran: list[str] = []

    def good(state: State) -> Any:
        ran.append("good")
        return {"delta": ["good"]}

    def asks(state: State) -> Any:
        return {"delta": [interrupt("go on?")]}

    def bad(state: State) -> Any:
        ran.append("bad")
        if ran.count("bad") == 1:
            raise OSError("no network")
        return {"delta": ["bad"]}

    nodes = {"asks": asks, "good": good, "worse": bad}
    edges = [edge for name in nodes for edge in ((START, name), (name, END))]
    app = graph_of(on.saver, nodes, edges)
    one_by_one = {**CONFIG, "max_concurrency": 1}
    with pytest.raises(OSError, match="no network"):
        on.invoke(app, {"delta": ["in"]}, one_by_one, durability=how)
    results = [on.invoke(app, None, one_by_one, durability=how)]
    results.append(on.invoke(app, Command(resume="yes"), one_by_one, durability=how))
    return [plain(one) for one in results], sorted(ran), everything(on, app)


def answers_by_id(on: Engine, how: str) -> Any:
    """Two questions of one step, the second one answered first."""

    def asks(word: str) -> Callable[[State], Any]:
        return lambda state: {"log": [(word, interrupt(word))], "delta": [word]}

    nodes = {"a": asks("a"), "b": asks("b"), "end": said("end")}
    edges = [(START, "a"), (START, "b"), ("a", "end"), ("b", "end"), ("end", END)]
    app = graph_of(on.saver, nodes, edges)
    asked = on.invoke(app, {"delta": []}, CONFIG, durability=how)["__interrupt__"]
    ids = {one.value: one.id for one in asked}
    results = [on.invoke(app, Command(resume={ids["b"]: 2}), CONFIG, durability=how)]
    results.append(told(on.state(app, CONFIG))[4])
    end = on.invoke(app, Command(resume={ids["a"]: 1}), CONFIG, durability=how)
    return plain(results[0]), results[1], plain(end), everything(on, app)


def graphs_that_remember(on: Engine, how: str) -> Any:
    """A graph within keeps its own state from run to run, and can be changed by hand where it waits."""

    def ask(state: State) -> Any:
        return {"log": [interrupt("inside?")], "delta": ["asked"]}

    inner = line(True, ("first", said("first")), ("ask", ask), ("last", said("last")))
    app = line(on.saver, ("inner", inner), ("end", said("end")))
    results = []
    for turn in (1, 2):
        given = {"log": [turn], "delta": [f"turn {turn}"]}
        on.invoke(app, given, CONFIG, durability=how)
        waiting = on.state(app, CONFIG, subgraphs=True)
        results.append(told(waiting))
        [task] = waiting.tasks
        assert task.state is not None
        on.update(app, task.state.config, {"log": ["by hand"], "delta": ["by hand"]})
        on.invoke(app, None, CONFIG, durability=how)
        results.append(plain(on.invoke(app, Command(resume=turn), CONFIG, durability=how)))
    within = {"configurable": {"thread_id": "t", "checkpoint_ns": "inner"}}
    return results, everything(on, app), everything(on, app, within)


def back_into_a_graph(on: Engine, how: str) -> Any:
    """Run again from a checkpoint of the graph within."""

    def ask(state: State) -> Any:
        return {"log": [interrupt("inside?")], "delta": ["asked"]}

    inner = line(None, ("first", said("first")), ("ask", ask))
    app = line(on.saver, ("inner", inner), ("end", said("end")))
    on.invoke(app, {"delta": ["in"]}, CONFIG, durability=how)
    [task] = on.state(app, CONFIG, subgraphs=True).tasks
    on.invoke(app, Command(resume="one"), CONFIG, durability=how)
    assert task.state is not None
    results = [on.invoke(app, None, task.state.config, durability=how)]
    results.append(on.invoke(app, Command(resume="two"), CONFIG, durability=how))
    return [plain(one) for one in results], everything(on, app)


def going_elsewhere(on: Engine, how: str) -> Any:
    """Commands of nodes: on to another node, with an update; out of the graph within."""

    def leave(state: State) -> Any:
        more = {"log": ["left"], "delta": ["left"]}
        return Command(goto="far", update=more, graph=Command.PARENT)

    def choose(state: State) -> Any:
        return Command(goto=["inner", "beside"], update={"log": ["chose"], "delta": ["chose"]})

    inner: Any = StateGraph(State)
    inner.add_node("leave", leave)
    inner.add_edge(START, "leave")
    builder: Any = StateGraph(State)
    builder.add_node("choose", choose, destinations=("inner", "beside"))
    builder.add_node("inner", inner.compile(), destinations=("far",))
    for name in ("beside", "far"):
        builder.add_node(name, said(name))
    builder.add_edge(START, "choose")
    app = builder.compile(checkpointer=on.saver)
    end = on.invoke(app, {"delta": ["in"]}, CONFIG, durability=how)
    more = Command(goto="far", update={"log": ["outside"], "delta": ["outside"]})
    return plain(end), plain(on.invoke(app, more, CONFIG, durability=how)), everything(on, app)


def delta_channels(on: Engine, how: str) -> Any:
    """Past many snapshots; replaced whole; by messages, changed and removed."""

    def talk(state: Any) -> Any:
        n = state["n"]
        messages: list[Any] = [AIMessage(f"answer {n}", id=f"a{n}")]
        if n % 3 == 1:
            messages.append(RemoveMessage(id=f"a{n - 1}"))
        fresh: Any = Overwrite(["fresh"]) if n == 4 else [n]
        return {"n": n + 1, "said": messages, "delta": fresh}

    nodes = {"talk": talk, "beside": said("beside")}
    edges = [
        (START, "talk"),
        (START, "beside"),
        ("talk", lambda state: "talk" if state["n"] % 8 else END),
    ]
    app = graph_of(on.saver, nodes, edges)
    ends = []
    for n in (1, 9):
        given = {"n": n, "said": [HumanMessage("hello", id=f"h{n}")], "delta": ["in"]}
        ends.append(plain(on.invoke(app, given, CONFIG, durability=how)))
        on.update(app, CONFIG, {"said": [HumanMessage("changed", id=f"h{n}")]}, "beside")
    return ends, everything(on, app)


FEATURES = [
    going_back,
    two_forks_of_one,
    one_sent_fails,
    a_branch_fails,
    answers_by_id,
    graphs_that_remember,
    back_into_a_graph,
    going_elsewhere,
    delta_channels,
]


@pytest.mark.parametrize("kind", ["RedisSaver", "RedisSaver, async", "AsyncRedisSaver"])
@pytest.mark.parametrize("durability", DURABILITIES)
@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.__name__)
def test_as_in_memory(
    feature: Any, durability: str, kind: str, redis_url: str, prefix: str
) -> None:
    alike = "memory, async" if "sync" in kind.lower() else "memory"
    with engine(alike, str, "", Path()) as other:
        expected = feature(other, durability)
    with engine(kind, lambda: redis_url, prefix, Path()) as on:
        assert feature(on, durability) == expected
