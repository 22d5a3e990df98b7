"""When a join fires, shape by shape, on real LangGraph."""

from __future__ import annotations

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agentgraph.compile.engine import Failure
from agentgraph.model.graph import END, START, StateField
from tests.unit.compile.making import ANY, agent, edge, equals, graph, make, mapped, route


def thread(name: str = "t") -> dict:
    return {"configurable": {"thread_id": name}}


def test_exclusive_sources_fire_it_once_and_do_not_hang():
    spec = graph(
        edge(START, "a"),
        route("a", "way", {"left": "l", "right": "r"}),
        edge(["l", "r"], "j"),
        inputs=["way"],
    )
    built = make(spec)
    assert built.run({"way": "left"}) == [["a"], ["l"], ["j"]]
    assert built.run({"way": "right"}) == [["a"], ["r"], ["j"]]


def test_parallel_sources_of_different_depth_are_all_waited_for():
    spec = graph(
        edge(START, "a"),
        edge("a", "b"),
        edge("a", "c"),
        edge("c", "d"),
        edge("d", "e"),
        edge(["b", "e"], "j"),
        edge("j", "k"),
    )
    assert make(spec).run() == [["a"], ["b", "c"], ["d"], ["e"], ["j"], ["k"]]


def test_mixed_only_those_that_can_come_are_waited_for():
    spec = graph(
        edge(START, "a"),
        edge("a", "b"),
        route("a", "way", {"long": "c", "none": END}),
        edge("c", "d"),
        edge(["b", "d"], "j"),
        inputs=["way"],
    )
    built = make(spec)
    assert built.run({"way": "long"}) == [["a"], ["b", "c"], ["d"], ["j"]]
    assert built.run({"way": "none"}) == [["a"], ["b"], ["j"]]


def test_in_a_loop_it_fires_on_every_turn_of_it():
    spec = graph(
        edge(START, "a"),
        edge("a", "b"),
        edge("a", "c"),
        edge("c", "d"),
        edge(["b", "d"], "j"),
        edge("j", "a", at_most=2, otherwise=END),
    )
    turn = [["a"], ["b", "c"], ["d"], ["j"]]
    assert make(spec).run() == turn * 3


def test_two_in_line():
    spec = graph(
        edge(START, "a"),
        edge("a", "b"),
        edge("a", "c"),
        edge(["b", "c"], "j"),
        edge("a", "d"),
        edge(["j", "d"], "k"),
    )
    assert make(spec).run() == [["a"], ["b", "c", "d"], ["j"], ["k"]]


def test_unrelated_branches_are_not_waited_for():
    spec = graph(
        edge(START, "a"),
        edge(START, "x"),
        edge("x", "y"),
        edge("y", "z"),
        edge(START, "b"),
        edge(["a", "b"], "j"),
    )
    assert make(spec).run() == [["a", "b", "x"], ["j", "y"], ["z"]]


def test_behind_a_map_it_waits_for_every_item():
    spec = graph(
        edge(START, "a"),
        mapped("a", "cities", "search", "offers"),
        edge("a", "b"),
        edge(["search", "b"], "j"),
        agents=[agent("search", ["each"], ["offer"])],
        inputs=["cities"],
        state=["offers", "offer", "each"],
    )
    built = make(spec, {"search": lambda given: {"offer": given["each"].upper()}})
    assert built.run({"cities": ["x", "y", "z"]}) == [["a"], ["b", *["search"] * 3], ["j"]]
    assert built.app.invoke({"cities": ["x", "y"]})["offers"] == [{"offer": "X"}, {"offer": "Y"}]


def test_items_that_go_different_ways_are_waited_for_until_the_last():
    spec = graph(
        edge(START, "a"),
        mapped("a", "list", "item", "done"),
        edge("item", "deep", when=equals("each", 1)),
        edge("item", "j", when=equals("each", 2)),
        edge("deep", "deeper"),
        edge(["deeper"], "j"),
        agents=[agent("item", ["each"], [])],
        inputs=["list"],
        state=["done", "each"],
    )
    built = make(spec)
    assert built.run({"list": [1, 2]}) == [["a"], ["item", "item"], ["deep"], ["deeper"], ["j"]]
    assert built.run({"list": [2, 2]}) == [["a"], ["item", "item"], ["j"]]


def test_behind_an_empty_map_it_fires_at_once_and_the_list_is_empty():
    spec = graph(
        edge(START, "a"),
        mapped("a", "cities", "search", "offers"),
        edge(["search"], "j"),
        edge("j", "k"),
        inputs=["cities"],
        state=["offers"],
    )
    built = make(spec)
    assert built.run({"cities": []}) == [["a"], ["j"], ["k"]]
    assert built.app.invoke({"cities": []})["offers"] == []


def test_an_empty_map_beside_a_longer_branch():
    spec = graph(
        edge(START, "a"),
        mapped("a", "cities", "search", "offers"),
        edge("a", "b"),
        edge("b", "c"),
        edge(["search", "c"], "j"),
        inputs=["cities"],
        state=["offers"],
    )
    assert make(spec).run({"cities": []}) == [["a"], ["b"], ["c"], ["j"]]


def test_a_route_label_and_an_otherwise_arrive_at_it():
    spec = graph(
        edge(START, "a"),
        edge(START, "b"),
        route("a", "way", {"on": "j", "off": "x"}, otherwise="j"),
        edge(["b"], "j"),
        inputs=["way"],
    )
    built = make(spec)
    assert built.run({"way": "on"}) == [["a", "b"], ["j"]]
    assert built.run({"way": "else"}) == [["a", "b"], ["j"]]
    assert built.run({"way": "off"}) == [["a", "b"], ["j", "x"]]


def test_a_failure_edge_arrives_at_it():
    spec = graph(
        edge(START, "a"),
        edge(START, "b"),
        edge("b", "c"),
        edge("a", "ok"),
        edge("a", "j", on_failure=True),
        edge(["c", "ok"], "j"),
        inputs=["fail"],
        agents=[agent("a", ["fail"])],
    )
    built = make(spec, {"a": lambda given: Failure("no") if given["fail"] else {}})
    assert built.run({"fail": True}) == [["a", "b"], ["c"], ["j"]]
    assert built.run({"fail": False}) == [["a", "b"], ["c", "ok"], ["j"]]


def test_start_is_a_source_like_any_other():
    spec = graph(
        edge(START, "j", when=equals("quick", True)),
        edge(START, "a"),
        edge(["a"], "j"),
        inputs=["quick"],
    )
    built = make(spec)
    assert built.run({"quick": True}) == [["a"], ["j"]]
    assert built.run({"quick": False}) == [["a"], ["j"]]
    alone = make(graph(edge([START], "j"), edge("j", "k")))
    assert alone.run() == [["j"], ["k"]]


def test_a_join_through_an_adapter_waits_at_the_adapter():
    spec = graph(
        edge(START, "a"), edge(START, "b"), edge("b", "c"), edge(["a", "c"], "d", adapter="fit")
    )
    built = make(spec)
    assert [join.node for join in built.plan.joins] == ["fit"]
    assert built.run() == [["a", "b"], ["c"], ["fit"], ["d"]]


def test_two_that_wait_for_each_other_let_the_first_go():
    spec = graph(
        edge(START, "a"),
        edge(START, "b"),
        edge(["a", "k"], "j", at_most=1),
        edge(["b", "j"], "k", at_most=1),
    )
    # They stand in a circle, so the one declared first goes first; then each brings the other.
    built = make(spec)
    assert [join.node for join in built.plan.joins] == ["k", "j"]
    assert built.run() == [["a", "b"], ["k"], ["j"], ["k"]]


def test_three_turns_on_one_thread_are_alike():
    spec = graph(
        edge(START, "a"),
        edge("a", "b", at_most=1),
        edge("a", "c"),
        edge("c", "d"),
        edge(["b", "d"], "j"),
        edge("j", "a", at_most=1),
        state=["x"],
    )
    built = make(spec, checkpointer=InMemorySaver())
    first = built.run({}, thread())
    assert [built.run({}, thread()) for _ in range(2)] == [first, first]


@pytest.mark.parametrize("how", ["crash", "interrupt"])
def test_an_abandoned_turn_leaves_nothing_behind(how):
    from langgraph.types import interrupt

    def stop(given: dict) -> dict:
        if given.get("go") == "stop":
            if how == "crash":
                raise ValueError("stop")
            interrupt("stop")
        return {}

    spec = graph(
        edge(START, "a"),
        edge(START, "m"),
        mapped("m", "list", "item", "done"),
        edge("a", "b", at_most=1),
        edge("b", "b2"),
        edge(["a", "item", "b2"], "j"),
        edge("j", "out"),
        agents=[agent("item", ["each", "go"], ["each"]), agent("b2", ["go"])],
        inputs=["go", "list"],
        state=["done", "x", "each"],
    )
    bodies = {"item": stop, "b2": stop, "j": lambda _: {"x": 1}}
    fresh = make(spec, bodies, checkpointer=InMemorySaver())
    expected = fresh.run({"list": [1, 2]}, thread())
    built = make(spec, bodies, checkpointer=InMemorySaver())
    for given in ({"go": "stop", "list": [1, 2, 3]}, {"go": "stop", "list": []}):
        if how == "crash":
            with pytest.raises(ValueError, match="stop"):
                built.run(given, thread())
        else:
            built.run(given, thread())
        assert built.app.get_state(thread()).next
    assert built.run({"list": [1, 2]}, thread()) == expected
    assert built.app.get_state(thread()).values == fresh.app.get_state(thread()).values
    assert "go" not in built.app.get_state(thread()).values


def test_nested_in_a_subgraph():
    inner = make(
        graph(
            edge(START, "p"),
            edge(START, "q"),
            edge("q", "r"),
            edge(["p", "r"], "s"),
            edge("s", END),
            agents=[agent("s", [], ["y"])],
            state=["y"],
        ),
        {"s": lambda _: {"y": 5}},
    )
    outer = make(
        graph(edge(START, "a"), edge(START, "b"), edge(["a", "b"], "j"), state=["y"]),
        {"a": lambda _: {"y": inner.app.invoke({})["y"]}},
    )
    assert outer.run() == [["a", "b"], ["j"]]
    assert inner.log.names() == [["p", "q"], ["r"], ["s"]]


async def _arun(built, given, config=None):
    built.log.runs.clear()
    await built.app.ainvoke(given, config)
    return built.log.names()


@pytest.mark.anyio
async def test_async_is_the_same():
    spec = graph(
        edge(START, "a"),
        edge("a", "b"),
        edge("a", "c"),
        edge("c", "d"),
        edge(["b", "d"], "j"),
        edge("j", "a", at_most=1),
        state=[StateField(name="x", contract=ANY)],
    )
    built = make(spec, checkpointer=InMemorySaver())
    assert await _arun(built, {}, thread()) == built.run({}, thread("u"))
