"""What a plan is made of."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import pytest

from agentgraph.errors import DeclarationError
from agentgraph.lower.plan import lower_graph
from agentgraph.lower.reach import join_tables
from agentgraph.model.graph import END, START, Port, StateField
from agentgraph.model.plan import Counter, Go, Plan
from tests.unit.compile.making import ANY, agent, edge, equals, graph, mapped, route


def joins(plan: Plan) -> dict[str, tuple[str, ...]]:
    return {join.node: join.sources for join in plan.joins}


def test_every_way_into_a_join_makes_its_source_one():
    plan = lower_graph(
        graph(
            edge(START, "j", when=equals("x", 1)),
            edge(START, "a"),
            edge("a", "b", on_failure=True),
            edge("b", "j", on_failure=True),
            route("a", "x", {1: "c"}, otherwise="j"),
            edge("c", "c", at_most=1, otherwise="j"),
            edge(["d"], "j"),
            edge("j", "d"),
            edge("j", "j", at_most=1),
            inputs=["x"],
        )
    )
    assert {name: set(found) for name, found in joins(plan).items()} == {
        "j": {START, "a", "b", "c", "d", "j"}
    }


def test_two_join_edges_into_one_node_are_one_join():
    plan = lower_graph(graph(edge(START, "a"), edge(["a", "b"], "j"), edge(["c", "d"], "j")))
    assert joins(plan) == {"j": ("a", "b", "c", "d")}


def test_a_join_edge_to_the_end_makes_no_join():
    assert lower_graph(graph(edge(START, "a"), edge(["a", "b"], END))).joins == ()


def test_ranks_go_from_the_start_on():
    plan = lower_graph(
        graph(
            edge(["x", "y"], "late"),
            edge(["a", "b"], "early"),
            edge("early", "x"),
            edge(START, "a"),
            edge(START, "b"),
            edge("late", "x", at_most=1),
        )
    )
    assert [(join.node, join.rank) for join in plan.joins] == [("early", 0), ("late", 1)]


def test_an_adapter_is_a_helper_named_after_it_and_numbered_where_taken():
    plan = lower_graph(
        graph(
            edge(START, "fit"),
            edge("fit", "b", adapter="trim"),
            edge("b", "c", adapter="trim", when=equals("x", 1)),
            edge("c", "d", adapter="fit"),
            agents=[agent("fit_2")],
            inputs=["x"],
        )
    )
    helpers = {node.name: (node.agent, node.exits) for node in plan.nodes if node.helper}
    assert {name: found for name, (found, _) in helpers.items()} == {
        "trim": "trim",
        "trim_2": "trim",
        "fit_3": "fit",
    }
    assert helpers["trim_2"][1] == (Go(target="c", way=2),)
    assert plan.node("b").exits == (Go(target="trim_2", when=equals("x", 1), way=2),)
    assert [node.name for node in plan.nodes] == ["fit_2", "fit", "b", "c", "d", *helpers]


def test_counters_are_named_by_their_ends_one_for_each_source():
    plan = lower_graph(
        graph(
            edge(START, "a"),
            edge("a", "b", at_most=2),
            edge("a", "b", at_most=3, when=equals("x", 1)),
            edge(["a", "b"], "c", at_most=1),
            inputs=["x"],
        )
    )
    assert set(plan.counters) == {"count:a:b", "count:a:b:2", "count:a:c", "count:b:c"}
    assert plan.node("b").exits == (
        Go(target="c", counter=Counter(field="count:b:c", at_most=1), way=3),
    )


def test_a_turn_clears_what_is_not_kept():
    spec = graph(
        edge(START, "a"),
        inputs=[Port(field="x", contract=ANY)],
        state=[StateField(name="k", contract=ANY, kept=True), "y"],
    )
    assert lower_graph(spec).clears == ("y", "x")


def test_a_map_into_a_join_is_refused():
    spec = graph(edge(START, "a"), mapped("a", "l", "j", "i"), edge(["a"], "j"), state=["l", "i"])
    with pytest.raises(DeclarationError, match="Map cannot lead into 'j'"):
        lower_graph(spec)


@pytest.mark.parametrize(
    ("ways", "says"),
    [
        ([edge(START, "a"), edge("a", START)], "nothing can lead to START"),
        ([edge(START, "a"), edge(END, "a")], "nothing can follow END"),
        ([edge(START, "a"), mapped("a", "l", END, "i")], "a Map cannot lead to END"),
        ([edge(START, "a:b")], "cannot be named 'a:b'"),
    ],
)
def test_what_leads_nowhere_is_refused(ways: Any, says: str):
    with pytest.raises(DeclarationError, match=says):
        lower_graph(graph(*ways))


def test_unknown_agents_and_reserved_fields_are_all_named_at_once():
    from dataclasses import replace

    spec = graph(edge(START, "a"), edge("a", "b"), state=["__agentgraph__"])
    with pytest.raises(DeclarationError) as caught:
        lower_graph(replace(spec, agents=()))
    text = str(caught.value)
    assert "no agent 'a'" in text
    assert "no agent 'b'" in text
    assert "__agentgraph__" in text


def test_what_can_be_reached_leaves_the_join_out():
    plan = lower_graph(
        graph(
            edge(START, "a"),
            edge("a", "b"),
            edge(["a", "b"], "j"),
            edge("j", "c"),
            edge("c", "a", at_most=1),
            mapped("b", "l", "item", "into"),
            edge("item", "j"),
            state=["l", "into"],
        )
    )
    table = join_tables(plan)["j"]
    a, b, item = (table.bits[name] for name in ("a", "b", "item"))
    assert table.reach == {
        START: a | b | item,
        "a": a | b | item,
        "b": b | item,
        "item": item,
        "c": a | b | item,
    }
    assert table.feeders == {START, "a", "b", "item", "j", "c"}


def big_spec() -> Any:
    ways = []
    for number in range(2500):
        a, b, c, d = (f"{letter}{number}" for letter in "abcd")
        before = f"d{number - 1}" if number else START
        ways += [edge(before, a), edge(a, b), edge(a, c), edge([b, c], d)]
    return graph(*ways, state=["x"])


def test_ten_thousand_agents_are_lowered_in_about_a_second():
    spec = big_spec()
    begin = time.perf_counter()
    plan = lower_graph(spec)
    assert time.perf_counter() - begin < 3  # loaded machines: a tenth of that is usual
    assert len(plan.nodes) == 10_000
    assert [join.rank for join in plan.joins] == list(range(2500))


def test_it_is_the_same_in_another_process():
    code = (
        "from tests.unit.lower.test_plan import big_spec; from agentgraph.lower.plan import "
        "lower_graph; from agentgraph.model.codec import dump; from agentgraph.model.contract "
        "import digest; print(digest(dump(lower_graph(big_spec()))))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
