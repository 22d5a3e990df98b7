from __future__ import annotations

from operator import add
from typing import Annotated, Any

import pytest
from langgraph.channels.delta import DeltaChannel
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.base.id import uuid6
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict

from checkpoints.deltas import WALK
from checkpoints.errors import LostValueError
from tests.unit.checkpoints.made import config, put


def extend(value: Any, writes: Any) -> Any:
    return [*value, *(item for write in writes for item in write)]


class State(TypedDict):
    log: Annotated[list[Any], DeltaChannel(extend, snapshot_frequency=1000)]
    often: Annotated[list[Any], DeltaChannel(extend, snapshot_frequency=3)]
    plain: Annotated[list[Any], add]
    n: int


def graph(saver: BaseCheckpointSaver[str], turns: int = 8) -> Any:
    def step(state: State) -> dict[str, Any]:
        n = state["n"] + 1
        return {"n": n, "log": [f"log {n}"], "often": [f"often {n}"], "plain": [n]}

    builder: Any = StateGraph(State)
    builder.add_node("step", step)
    builder.add_node("beside", lambda state: {"log": [f"beside {state['n']}"]})
    builder.add_edge(START, "step")
    builder.add_edge(START, "beside")
    builder.add_conditional_edges("step", lambda s: ["step", "beside"] if s["n"] % turns else END)
    return builder.compile(checkpointer=saver)


@pytest.mark.parametrize("durability", ["sync", "async", "exit"])
def test_states_equal_those_in_memory(saver: Any, durability: Any) -> None:
    histories = []
    for one in (saver, InMemorySaver()):
        app = graph(one)
        app.invoke({"n": 0, "log": ["input"]}, config(), durability=durability)
        app.invoke({"log": ["more"], "n": 8}, config(), durability=durability)
        app.update_state(config(), {"log": ["by hand"]}, as_node="step")
        histories.append(
            [(s.values, s.next, s.metadata["step"]) for s in app.get_state_history(config())]
        )
    assert histories[0] == histories[1]
    assert histories[0][0][0]["log"][-1] == "by hand"


def test_a_fork_sees_its_own_ancestors(saver: Any) -> None:
    app = graph(saver)
    app.invoke({"n": 0}, config())
    middle = next(s for s in app.get_state_history(config()) if s.metadata["step"] == 4)
    before = list(middle.values["log"])
    forked = app.update_state(middle.config, {"log": ["fork"]}, as_node="beside")
    assert app.get_state(forked).values["log"] == [*before, "fork"]


def test_equal_to_the_walk_of_the_library(saver: Any) -> None:
    graph(saver).invoke({"n": 0}, config())
    channels = ["log", "often", "plain", "missing"]
    for found in saver.list(config()):
        ours = saver.get_delta_channel_history(config=found.config, channels=channels)
        assert ours == BaseCheckpointSaver.get_delta_channel_history(
            saver, config=found.config, channels=channels
        )
    newest = saver.get_delta_channel_history(config=config(), channels=["log"])
    assert len(newest["log"]["writes"]) >= 16
    assert saver.get_delta_channel_history(config=config(), channels=[]) == {}
    assert saver.get_delta_channel_history(config=config("nobody"), channels=["log"]) == {
        "log": {"writes": []}
    }


def test_a_long_history_takes_few_trips(saver: Any, client: Any) -> None:
    at = put(saver, config(), {"c": ["seed"]}, versions={"c": "0.x"})
    saver.put_writes(at, [("c", [0])], "t")
    for n in range(1, WALK + 10):
        at = put(saver, at, {}, versions={"c": f"{n}.x"}, new={"c": f"{n}.x"})
        saver.put_writes(at, [("c", [n]), ("other", n)], "t")
    client.config_resetstat()
    found = saver.get_delta_channel_history(config=at, channels=["c"])["c"]
    assert client.info("commandstats")["cmdstat_evalsha"]["calls"] == 2
    assert found["seed"] == ["seed"]
    assert [write[2] for write in found["writes"]] == [[n] for n in range(WALK + 9)]


def test_a_checkpoint_that_is_its_own_ancestor_ends_the_walk(saver: Any) -> None:
    at = put(saver, config())
    one = saver.get_tuple(at).checkpoint
    saver.put(at, one, {}, {})
    saver.put_writes(at, [("c", 1)], "t")
    found = saver.get_delta_channel_history(config=at, channels=["c"])["c"]["writes"]
    assert len(found) <= 1


def test_pruning_keeps_what_delta_channels_are_rebuilt_from(saver: Any) -> None:
    app = graph(saver)
    app.invoke({"n": 0, "log": ["input"]}, config())
    before = app.get_state(config()).values
    saver.prune(["t"])
    assert app.get_state(config()).values == before
    app.invoke({"n": 8}, config())
    assert app.get_state(config()).values["log"][: len(before["log"])] == before["log"]


def test_pruning_behind_a_snapshot_removes_what_is_older(saver: Any) -> None:
    class Often(TypedDict):
        often: Annotated[list[Any], DeltaChannel(extend, snapshot_frequency=3)]
        n: int

    builder: Any = StateGraph(Often)
    builder.add_node("step", lambda state: {"n": state["n"] + 1, "often": [state["n"]]})
    builder.add_edge(START, "step")
    builder.add_conditional_edges("step", lambda s: "step" if s["n"] < 20 else END)
    app = builder.compile(checkpointer=saver)
    app.invoke({"n": 0}, config())
    before = app.get_state(config()).values
    assert len(list(saver.list(config()))) > 20
    saver.prune(["t"])
    assert len(list(saver.list(config()))) <= 4
    assert app.get_state(config()).values == before


def test_deleting_a_run_keeps_what_a_later_one_is_rebuilt_from(saver: Any) -> None:
    app = graph(saver)
    app.invoke({"n": 0, "log": ["input"]}, config() | {"metadata": {"run_id": "one"}})
    app.invoke({"n": 8}, config() | {"metadata": {"run_id": "two"}})
    before = app.get_state(config()).values
    saver.delete_for_runs(["one"])
    assert app.get_state(config()).values == before
    saver.delete_for_runs(["two", "one"])
    assert list(saver.list(config())) == []


def test_a_copy_has_the_whole_chain(saver: Any) -> None:
    app = graph(saver)
    app.invoke({"n": 0, "log": ["input"]}, config())
    saver.copy_thread("t", "copy")
    saver.delete_thread("t")
    assert app.get_state(config("copy")).values["log"][0] == "input"
    assert app.get_state(config()).values == {}


def test_a_write_that_came_second_is_in_no_history_whatever_was_written_first(saver: Any) -> None:
    """The first to write a (task, index) wins, also where it wrote to another channel."""
    at = put(saver, config(), {"n": 0})
    saver.put_writes(at, [("other", "first")], "task")
    saver.put_writes(at, [("log", "second"), ("log", "third")], "task")
    later = put(saver, at, {"n": 1}, versions={"n": "2.0"})
    for found in (saver, BaseCheckpointSaver):
        history = found.get_delta_channel_history(
            *(() if found is saver else (saver,)), config=later, channels=["log"]
        )
        assert history["log"]["writes"] == [("task", "log", "third")]


class Delta(TypedDict):
    log: Annotated[list[Any], DeltaChannel(extend)]
    n: int


class Ordinary(TypedDict):
    log: Annotated[list[Any], add]
    n: int


def changing(saver: Any, *, delta: bool) -> Any:
    """A list that two nodes in turn leave alone and add to, in a delta channel or an ordinary one."""
    builder: Any = StateGraph(Delta if delta else Ordinary)
    builder.add_node("rest", lambda state: {"n": state["n"] + 1})
    builder.add_node("work", lambda state: {"log": [state["n"]]})
    builder.add_edge(START, "rest")
    builder.add_edge("rest", "work")
    builder.add_conditional_edges("work", lambda s: "rest" if s["n"] < 3 else END)
    return builder.compile(checkpointer=saver, interrupt_after=["rest"])


@pytest.mark.parametrize("again", [True, False])
def test_a_channel_that_is_none_any_more_keeps_its_list(saver: Any, again: bool) -> None:
    """And one that becomes one again."""
    seen = []
    for one in (saver, InMemorySaver()):
        for delta in (True, False, again, False):
            app = changing(one, delta=delta)
            app.invoke({"n": 0, "log": ["in"]}, config())
            for _ in range(3):
                app.invoke(None, config())
            app.update_state(config(), {"n": 7})
        seen.append([s.values for s in app.get_state_history(config())])
    assert seen[0] == seen[1]
    assert seen[0][0]["log"] == ["in", 1, 2, 3] * 4


def test_what_was_lost_meanwhile_is_told_of(saver: Any, client: Any, prefix: str) -> None:
    """Where a channel is no delta channel any more, and another one's value is gone."""
    changing(saver, delta=True).invoke({"n": 0, "log": ["in"]}, config())
    head = saver.get_tuple(config())
    rebuilt = head.checkpoint | {"id": str(uuid6())}
    rebuilt["channel_values"] = {**rebuilt["channel_values"], "log": ["in"]}
    [values] = client.keys(f"{prefix}*:values")
    gone = [name for name in client.hkeys(values) if name.startswith(b"/n/")]
    client.hdel(values, *gone)
    with pytest.raises(LostValueError, match="/n/"):
        saver.put(head.config, rebuilt, head.metadata, {})
    with pytest.raises(LostValueError, match="/n/"):
        saver.get_tuple(config())
