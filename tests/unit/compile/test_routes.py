"""Guards, routes, Maps and failures: which exits are taken."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import pytest

from agentgraph.compile.engine import Failure
from agentgraph.compile.route_error import RouteError
from agentgraph.model.agent import Read, Write
from agentgraph.model.graph import END, START, Case, RouteSpec, StateField
from tests.unit.compile.making import ANY, agent, edge, equals, graph, make, mapped, route


def run(spec: Any, given: Any = None, bodies: Any = None, **more: Any) -> list[list[str]]:
    return make(spec, bodies, **more).run(given)


def test_a_guard_sees_what_its_own_node_wrote_and_not_what_a_sibling_did():
    spec = graph(
        edge(START, "a"),
        edge(START, "b"),
        edge("a", "yes", when=equals("x", 1)),
        edge("b", "no", when=equals("x", 1)),
        inputs=["x"],
    )
    assert run(spec, {"x": 0}, {"a": lambda _: {"x": 1}}) == [["a", "b"], ["yes"]]


def test_a_guard_is_false_of_an_absent_field():
    spec = graph(edge(START, "a", when=equals("x", 1)), edge(START, "b"), inputs=["x"])
    assert run(spec, {}) == [["b"]]


def test_exits_are_looked_at_each_on_its_own():
    spec = graph(
        edge(START, "a"),
        edge("a", "b", when=equals("x", 1)),
        edge("a", "c"),
        route("a", "x", {1: "d"}, otherwise=END),
        inputs=["x"],
    )
    assert run(spec, {"x": 1}) == [["a"], ["b", "c", "d"]]
    assert run(spec, {"x": 2}) == [["a"], ["c"]]


@pytest.mark.parametrize(
    ("value", "taken"), [(True, "t"), (1, "one"), (1.0, "one"), (None, "null"), ("1", "text")]
)
def test_labels_are_told_apart_as_json_does(value: Any, taken: str):
    to = [(True, "t"), (1, "one"), (None, "null"), ("1", "text"), (False, "f")]
    cases = tuple(Case(target=target, label=label) for label, target in to)
    spec = graph(
        edge(START, "a"), RouteSpec(agent="a", by="field", on="x", cases=cases), inputs=["x"]
    )
    assert run(spec, {"x": value}) == [["a"], [taken]]


def test_the_first_case_that_holds_is_taken():
    cases = (Case(target="b", when=equals("x", 1)), Case(target="c", when=equals("y", 1)))
    spec = graph(edge(START, "a"), RouteSpec(agent="a", by="cases", cases=cases), inputs=["x", "y"])
    assert run(spec, {"x": 1, "y": 1}) == [["a"], ["b"]]
    assert run(spec, {"y": 1}) == [["a"], ["c"]]
    with pytest.raises(RouteError, match=r"g\.a: no case of its route holds.*x == 1, y == 1"):
        run(spec, {})


def test_a_value_without_a_branch_is_named_with_the_branches_there_are():
    spec = graph(edge(START, "a"), route("a", "x", {"l": "b", "r": "c"}), inputs=["x"])
    with pytest.raises(RouteError) as caught:
        run(spec, {"x": "up"})
    assert str(caught.value) == (
        'g.a: its route on \'x\' has no branch for its value "up"; the branches there are: "l", "r"'
    )
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    with pytest.raises(RouteError, match="'x', which is absent"):
        run(spec, {})
    with pytest.raises(RouteError, match="no branch for its value"):
        run(spec, {"x": ["l"]})


def test_the_value_of_a_labelled_field_is_not_shown():
    spec = graph(
        edge(START, "a"),
        route("a", "x", {"l": "b"}),
        state=[StateField(name="x", contract=ANY, labels=("pii",))],
        inputs=["x"],
    )
    with pytest.raises(RouteError) as caught:
        run(spec, {"x": "secret"})
    assert "secret" not in str(caught.value)


async def _asked(given: dict[str, Any]) -> Any:
    return given.get("x")


@pytest.mark.parametrize("function", [_asked, lambda given: given.get("x")])
@pytest.mark.anyio
async def test_a_function_answers_a_label_or_a_target(function: Any):
    cases = (Case(target="b", label="l"), Case(target="c", label="r"))
    spec = graph(
        edge(START, "a"),
        RouteSpec(
            agent="a",
            by="function",
            on="f",
            cases=cases,
            reads=(Read(field="x", parameter="x", contract=ANY),),
        ),
        inputs=["x"],
    )
    built = make(spec, functions={"f": function})
    for answer, taken in [("l", "b"), ("r", "c"), ("c", "c")]:
        built.log.runs.clear()
        await built.app.ainvoke({"x": answer})
        assert built.log.names() == [["a"], [taken]]
    with pytest.raises(RouteError, match="answered with no branch: null"):
        await built.app.ainvoke({})


def test_an_async_function_is_run_to_its_end_by_a_sync_run():
    cases = (Case(target="b", label="l"),)
    way = RouteSpec(
        agent="a",
        by="function",
        on="f",
        cases=cases,
        reads=(Read(field="x", parameter="x", contract=ANY),),
    )
    built = make(graph(edge(START, "a"), way, inputs=["x"]), functions={"f": _asked})
    assert built.run({"x": "l"}) == [["a"], ["b"]]


@pytest.mark.anyio
async def test_a_sync_run_inside_a_loop_refuses_an_async_function():
    cases = (Case(target="b", label="l"),)
    way = RouteSpec(
        agent="a",
        by="function",
        on="f",
        cases=cases,
        reads=(Read(field="x", parameter="x", contract=ANY),),
    )
    built = make(graph(edge(START, "a"), way, inputs=["x"]), functions={"f": _asked})
    with pytest.raises(RouteError, match="run the graph with ainvoke"):
        built.run({"x": "l"})


def test_failure_exits_are_taken_instead():
    spec = graph(
        edge(START, "a"),
        edge("a", "b"),
        edge("a", "undo", on_failure=True),
        inputs=["x"],
        agents=[agent("a", ["x"], ["y"])],
        state=["y"],
    )
    built = make(spec, {"a": lambda given: Failure({"why": 1}) if given["x"] else {"y": 1}})
    assert built.run({"x": 0}) == [["a"], ["b"]]
    assert built.run({"x": 1}) == [["a"], ["undo"]]
    assert built.app.invoke({"x": 1}) == {"x": 1}


def test_map_items_get_the_sources_writes_and_give_a_fresh_list_in_order():
    search = agent("search", ["budget", "city"])
    search = replace(search, writes=(Write(field="offer", contract=ANY),))
    spec = graph(
        edge(START, "plan"),
        edge(START, "sibling"),
        mapped("plan", "cities", "search", "offers", each="city"),
        edge("search", "end"),
        agents=[agent("plan", [], ["cities", "budget"]), search],
        inputs=["cities", "budget"],
        state=["offers", "offer", "other"],
    )
    bodies = {
        "plan": lambda _: {"cities": ["b", "a", "c"], "budget": 5},
        "sibling": lambda _: {"other": 1},
        "search": lambda given: {"offer": f"{given['city']}{given['budget']}"},
    }
    built = make(spec, bodies)
    assert built.run({"cities": [], "budget": 0}) == [
        ["plan", "sibling"],
        ["search"] * 3,
        ["end"],
    ]
    final = built.app.invoke({"cities": [], "budget": 0})
    assert final["offers"] == ["b5", "a5", "c5"]
    assert "offer" not in final
    updates = list(built.app.stream({"cities": [], "budget": 0}, stream_mode="updates"))
    assert {"search": {"offers": ["a5"]}} in updates


def test_a_failed_item_adds_nothing_and_goes_its_own_way():
    spec = graph(
        edge(START, "a"),
        mapped("a", "list", "item", "done"),
        edge("item", "ok"),
        edge("item", "undo", on_failure=True),
        agents=[agent("item", ["each"], ["y"])],
        inputs=["list"],
        state=["done", "y"],
    )
    built = make(
        spec, {"item": lambda given: Failure("x") if given["each"] == 2 else {"y": given["each"]}}
    )
    assert built.run({"list": [1, 2, 3]}) == [["a"], ["item"] * 3, ["ok", "undo"]]
    assert built.app.invoke({"list": [1, 2, 3]})["done"] == [{"y": 1}, {"y": 3}]
    assert built.app.invoke({"list": [2]})["done"] == []


def test_a_map_into_a_field_with_a_reducer_starts_it_fresh():
    import operator

    spec = graph(
        edge(START, "a"),
        mapped("a", "list", "item", "done"),
        agents=[agent("item", ["each"], ["y"])],
        inputs=["list"],
        state=[StateField(name="done", contract=ANY, reducer="add", has_default=True, default=[0])],
    )
    built = make(spec, {"item": lambda given: {"y": 1}}, reducers={"add": operator.add})
    assert built.app.invoke({"list": [1, 2]})["done"] == [{"y": 1}, {"y": 1}]


@pytest.mark.parametrize("given", [{}, {"list": None}, {"list": {"a": 1}}])
def test_a_map_over_no_list_says_so(given: Any):
    spec = graph(
        edge(START, "a"), mapped("a", "list", "item", "done"), inputs=["list"], state=["done"]
    )
    with pytest.raises(RouteError, match=r"g\.a: its Map goes over 'list', which is not a list"):
        run(spec, given)


def test_routes_and_maps_can_leave_start():
    spec = graph(
        route(START, "x", {"l": "a"}, otherwise=END),
        mapped(START, "list", "item", "done"),
        inputs=["x", "list"],
        state=["done"],
    )
    assert run(spec, {"x": "l", "list": [1, 2]}) == [["a", "item", "item"]]
