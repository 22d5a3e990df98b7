"""What a new turn clears and keeps, and that absent is not null."""

from __future__ import annotations

import operator
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import InvalidUpdateError
from langgraph.types import Command, interrupt

from agentgraph.lower.refusals import RESERVED_KEY
from agentgraph.model.graph import START, Port, StateField
from tests.unit.compile.making import ANY, agent, edge, graph, make, mapped

THREAD: Any = {"configurable": {"thread_id": "t"}}


def field(name: str, **more: Any) -> StateField:
    return StateField(name=name, contract=ANY, **more)


def port(name: str, **more: Any) -> Port:
    return Port(field=name, contract=ANY, required=False, **more)


def values(built: Any) -> Any:
    return built.app.get_state(THREAD).values


def test_fields_live_for_one_turn_unless_kept():
    spec = graph(
        edge(START, "a"),
        agents=[agent("a", ["say"], ["seen", "all"])],
        inputs=["say"],
        state=["seen", field("all", kept=True)],
    )
    built = make(
        spec,
        {"a": lambda given: {"seen": 1, "all": 2} if given["say"] == "write" else {}},
        checkpointer=InMemorySaver(),
    )
    built.run({"say": "write"}, THREAD)
    assert values(built) == {"say": "write", "seen": 1, "all": 2}
    built.run({"say": "no"}, THREAD)
    assert values(built) == {"say": "no", "all": 2}


def test_defaults_come_back_each_turn_and_are_nobodys_to_change():
    seen = []

    def spoil(given: dict[str, Any]) -> dict[str, Any]:
        seen.append(list(given["list"]))
        given["list"].append("spoilt")
        return {"n": 5}

    spec = graph(
        edge(START, "a"),
        agents=[agent("a", ["list"], ["n"])],
        state=[
            field("list", has_default=True, default=[]),
            field("n", has_default=True, default=None),
            field("k", kept=True, has_default=True, default=7),
        ],
    )
    built = make(spec, checkpointer=InMemorySaver())
    built.run({}, THREAD)
    assert values(built) == {"list": [], "n": None, "k": 7}
    spoilt = make(spec, {"a": spoil}, checkpointer=InMemorySaver())
    spoilt.run({}, THREAD)
    spoilt.run({}, THREAD)
    assert seen == [[], []]


def test_an_input_left_out_takes_its_default_or_is_absent():
    spec = graph(
        edge(START, "a"),
        inputs=[port("x", has_default=True, default=3), port("y"), port("z")],
        state=[field("x"), field("y"), field("z", kept=True)],
    )
    built = make(spec, checkpointer=InMemorySaver())
    built.run({"x": 1, "y": None, "z": 1}, THREAD)
    assert values(built) == {"x": 1, "y": None, "z": 1}
    built.run({}, THREAD)
    assert values(built) == {"x": 3, "z": 1}


def test_reducers_begin_anew_each_turn_and_go_on_where_kept():
    def body(_: dict[str, Any]) -> dict[str, Any]:
        return {"facts": ["f"], "messages": ["out"]}

    spec = graph(
        edge(START, "a"),
        edge(START, "b"),
        agents=[agent("a", [], ["facts", "messages"]), agent("b", [], ["facts"])],
        inputs=["messages"],
        state=[
            field("facts", reducer="add", has_default=True, default=["d"]),
            field("messages", reducer="add", kept=True),
        ],
    )
    built = make(
        spec,
        {"a": body, "b": lambda _: {"facts": ["b"]}},
        reducers={"add": operator.add},
        checkpointer=InMemorySaver(),
    )
    built.run({"messages": ["in"]}, THREAD)
    assert values(built) == {"facts": ["d", "f", "b"], "messages": ["in", "out"]}
    built.run({"messages": ["again"]}, THREAD)
    assert values(built) == {
        "facts": ["d", "f", "b"],
        "messages": ["in", "out", "again", "out"],
    }


def test_two_writers_side_by_side_are_refused_by_name():
    spec = graph(edge(START, "a"), edge(START, "b"), state=["x"])
    built = make(spec, {"a": lambda _: {"x": 1}, "b": lambda _: {"x": 2}})
    with pytest.raises(InvalidUpdateError, match="'x' was written by 2 agents"):
        built.run()


@pytest.mark.parametrize(
    "value", [{RESERVED_KEY: ["clear"]}, {RESERVED_KEY: 1}, {RESERVED_KEY: {}}]
)
@pytest.mark.parametrize("reducer", [None, "last"])
def test_a_value_that_looks_like_our_envelope_is_a_value(value: Any, reducer: str | None):
    spec = graph(
        edge(START, "a"),
        edge("a", "b"),
        inputs=["x"],
        state=[field("x", reducer=reducer), field("y", reducer=reducer)],
    )
    built = make(
        spec,
        {"a": lambda _: {"y": 1}, "b": lambda _: {"y": value}},
        reducers={"last": lambda _, new: new},
        checkpointer=InMemorySaver(),
    )
    built.run({"x": value}, THREAD)
    assert values(built) == {"x": value, "y": value}
    built.run({"x": value}, THREAD)
    assert values(built) == {"x": value, "y": value}


def test_loops_are_counted_per_turn():
    spec = graph(edge(START, "a"), edge("a", "a", at_most=2, otherwise="b"), state=["x"])
    built = make(spec, checkpointer=InMemorySaver())
    for _ in range(2):
        assert built.run({}, THREAD) == [["a"], ["a"], ["a"], ["b"]]


def test_resuming_is_not_a_new_turn():
    def ask(given: dict[str, Any]) -> dict[str, Any]:
        return {"answer": interrupt("which?"), "again": given["x"]}

    spec = graph(
        edge(START, "a"),
        edge(START, "b"),
        edge(["a", "b"], "j"),
        agents=[agent("a", ["x"], ["answer", "again"]), agent("b", [], ["done"])],
        inputs=["x"],
        state=["answer", "again", "done"],
    )
    built = make(spec, {"a": ask, "b": lambda _: {"done": True}}, checkpointer=InMemorySaver())
    assert built.run({"x": 1}, THREAD) == [["b"]]
    state = built.app.get_state(THREAD)
    assert state.next == ("a",) or set(state.next) == {"a", "b"}
    built.log.runs.clear()
    built.app.invoke(Command(resume="this"), THREAD)
    assert built.log.names() == [["a"], ["j"]]
    assert values(built) == {"x": 1, "answer": "this", "again": 1, "done": True}


def test_new_input_on_an_interrupted_thread_begins_anew():
    def ask(_: dict[str, Any]) -> dict[str, Any]:
        return {"answer": interrupt("which?")}

    spec = graph(
        edge(START, "a"),
        edge(START, "b"),
        edge(["a", "b"], "j"),
        agents=[agent("a", ["x"], ["answer"]), agent("b", [], ["done"])],
        inputs=["x"],
        state=["answer", "done"],
    )
    built = make(spec, {"a": ask, "b": lambda _: {"done": True}}, checkpointer=InMemorySaver())
    for _ in range(2):
        assert built.run({"x": 1}, THREAD) == [["b"]]
    built.log.runs.clear()
    built.app.invoke(Command(resume="this"), THREAD)
    assert built.log.names() == [["a"], ["j"]]


def test_everything_at_rest_is_json():
    import json

    saver = InMemorySaver()
    spec = graph(
        edge(START, "a"),
        edge(START, "b"),
        edge("b", "c"),
        edge(["a", "c"], "j", at_most=1),
        inputs=["x"],
    )
    built = make(spec, checkpointer=saver)
    built.run({"x": [1]}, THREAD)
    found = [saved.checkpoint["channel_values"] for saved in saver.list(THREAD)]
    assert any("join:j" in saved for saved in found)
    for saved in found:
        assert json.loads(json.dumps(saved)) == saved


def test_a_map_of_start_begins_its_list_anew_each_turn():
    spec = graph(
        mapped(START, "cities", "search", "offers"),
        agents=[agent("search", ["each"], ["offer"])],
        inputs=["cities"],
        state=["offers"],
    )
    built = make(
        spec, {"search": lambda given: {"offer": given["each"]}}, checkpointer=InMemorySaver()
    )
    for cities in (["Rome", "Oslo"], ["Bonn"], []):
        built.run({"cities": cities}, THREAD)
        assert values(built)["offers"] == [{"offer": city} for city in cities]
