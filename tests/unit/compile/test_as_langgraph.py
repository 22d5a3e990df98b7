"""A compiled graph is an ordinary LangGraph graph: state, streams, drawing, subgraphs."""

from __future__ import annotations

from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END as LG_END
from langgraph.graph import START as LG_START
from langgraph.graph import StateGraph
from langgraph.types import Command

from agentgraph.model.graph import END, START
from tests.unit.compile.making import Built, agent, edge, equals, graph, make, mapped, route

THREAD: Any = {"configurable": {"thread_id": "t"}}


def fork_join(**more: Any) -> Built:
    spec = graph(
        edge(START, "a"),
        edge("a", "b"),
        edge("a", "c"),
        edge("c", "d"),
        edge(["b", "d"], "j"),
        edge("j", "a", at_most=1),
        agents=[agent("b", [], ["x"])],
        state=["x"],
    )
    return make(spec, {"b": lambda _: {"x": 1}}, **more)


def test_hidden_channels_show_nowhere():
    built = fork_join(checkpointer=InMemorySaver())
    seen = list(built.app.stream({}, THREAD, stream_mode=["values", "updates", "checkpoints"]))
    assert set(built.app.get_state(THREAD).values) == {"x"}
    for mode, chunk in seen:
        if mode == "values":
            assert set(chunk) <= {"x"}
        elif mode == "updates":
            assert all(update is None or set(update) <= {"x"} for update in chunk.values())
        else:
            assert set(chunk["values"]) <= {"x"}
    assert built.app.invoke({}, THREAD) == {"x": 1}


def test_a_graph_without_fields_shows_nothing():
    built = make(
        graph(edge(START, "a"), edge(START, "b"), edge("b", "c"), edge(["a", "c"], "j")),
        checkpointer=InMemorySaver(),
    )
    assert [chunk for chunk in built.app.stream({}, THREAD, stream_mode="values") if chunk] == []
    assert built.app.get_state(THREAD).values == {}


def test_update_state_as_a_node_takes_its_exits():
    built = fork_join(checkpointer=InMemorySaver())
    built.app.update_state(THREAD, {"x": 5}, as_node="a")
    assert set(built.app.get_state(THREAD).next) == {"b", "c"}
    built.log.runs.clear()
    built.app.invoke(None, THREAD)
    assert built.log.names() == [
        ["b", "c"],
        ["d"],
        ["j"],
        ["a"],
        ["b", "c"],
        ["d"],
        ["j"],
    ]


def test_update_state_as_a_source_does_not_leave_the_join_waiting_for_what_is_dropped():
    # LangGraph drops what was about to run: here c, or d.
    built = fork_join(checkpointer=InMemorySaver())
    built.app.update_state(THREAD, {"x": 5}, as_node="b")
    assert built.app.get_state(THREAD).next == ("j",)
    built.app.update_state(THREAD, None, as_node="j")
    assert built.app.get_state(THREAD).next == ("a",)


def test_update_state_elsewhere_frees_a_join_whose_other_branch_it_drops():
    spec = graph(
        edge(START, "a"),
        edge(START, "b"),
        edge("b", "c"),
        edge(["a", "c"], "j"),
        edge(START, "x"),
        edge("x", "y"),
        edge("y", END),
        state=["f"],
    )
    built = make(spec, checkpointer=InMemorySaver(), interrupt_before=["c"])
    built.run({}, THREAD)
    assert set(built.app.get_state(THREAD).next) == {"c", "y"}
    built.app.update_state(THREAD, None, as_node="y")
    assert built.app.get_state(THREAD).next == ("j",)
    built.log.runs.clear()
    built.app.invoke(None, THREAD)
    assert built.log.names() == [["j"]]


def test_a_command_can_go_to_a_join():
    built = fork_join(checkpointer=InMemorySaver())
    built.run({}, THREAD)
    built.log.runs.clear()
    built.app.invoke(Command(goto="j"), THREAD)
    assert built.log.names() == [["j"]]


def test_interrupt_before_a_join_and_go_on():
    built = fork_join(checkpointer=InMemorySaver(), interrupt_before=["j"])
    assert built.run({}, THREAD) == [["a"], ["b", "c"], ["d"]]
    assert built.app.get_state(THREAD).next == ("j",)
    built.log.runs.clear()
    built.app.invoke(None, THREAD)
    assert built.log.names() == [["j"], ["a"], ["b", "c"], ["d"]]


def test_a_fork_from_an_older_checkpoint_joins_again():
    built = fork_join(checkpointer=InMemorySaver())
    whole = built.run({}, THREAD)
    history = list(built.app.get_state_history(THREAD))
    waiting = next(one for one in history if one.next == ("d",))
    built.log.runs.clear()
    built.app.invoke(None, waiting.config)
    assert built.log.names() == whole[-2:]


def drawn(built: Built) -> set[tuple[str, str, bool]]:
    return {(e.source, e.target, e.conditional) for e in built.app.get_graph().edges}


def test_drawing_shows_every_declared_way_and_no_other():
    spec = graph(
        edge(START, "a"),
        edge("a", "b"),
        edge("a", "c", when=equals("x", 1)),
        mapped("b", "list", "item", "done"),
        edge(["c", "item"], "j"),
        route("j", "x", {"l": "a", "r": END}),
        edge("c", "undo", on_failure=True),
        inputs=["x", "list"],
        state=["done"],
    )
    built = make(spec)
    assert drawn(built) == {
        ("__start__", "a", False),
        ("a", "b", False),
        ("a", "c", True),
        ("b", "item", True),
        ("c", "j", False),
        ("item", "j", False),
        ("j", "a", True),
        ("j", "__end__", True),
        ("c", "undo", True),
        ("undo", "__end__", False),
    }
    labels = {(e.source, e.target): e.data for e in built.app.get_graph().edges}
    assert labels["a", "c"] == "x == 1"
    assert labels["j", "a"] == "l"
    assert labels["b", "item"] == "each each"


def test_drawing_a_loop_ends_and_shows_it():
    assert drawn(fork_join()) >= {("j", "a", True), ("b", "j", False), ("d", "j", False)}


class Outer(TypedDict, total=False):
    x: int
    seen: int


def test_as_a_node_of_a_plain_state_graph_with_its_saver():
    inner = fork_join()
    outer: Any = StateGraph(Outer)
    outer.add_node("inner", inner.app)
    outer.add_node("after", lambda state: {"seen": state["x"]})
    outer.add_edge(LG_START, "inner")
    outer.add_edge("inner", "after")
    outer.add_edge("after", LG_END)
    app = outer.compile(checkpointer=InMemorySaver())
    for _ in range(2):
        inner.log.runs.clear()
        assert app.invoke({}, THREAD) == {"x": 1, "seen": 1}
        assert inner.log.names() == [["a"], ["b", "c"], ["d"], ["j"]] * 2


def test_with_config_and_schemas_work():
    built = fork_join(checkpointer=InMemorySaver())
    assert built.app.with_config(THREAD).invoke({}) == {"x": 1}
    assert built.app.get_output_jsonschema()["properties"].keys() == {"x"}
    assert built.app.get_input_jsonschema()["type"] == "object"


@pytest.mark.anyio
async def test_async_streams_and_states():
    built = fork_join(checkpointer=InMemorySaver())
    seen = [chunk async for chunk in built.app.astream({}, THREAD, stream_mode="updates")]
    assert {"b": {"x": 1}} in seen
    assert (await built.app.aget_state(THREAD)).values == {"x": 1}
    await built.app.aupdate_state(THREAD, {"x": 2}, as_node="b")
    assert (await built.app.aget_state(THREAD)).next == ("j",)
