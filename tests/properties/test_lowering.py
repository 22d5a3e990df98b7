"""Whatever is declared, the plan has it, and has it the same way each time."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from agentgraph.lower.plan import lower_graph
from agentgraph.lower.reach import join_tables, ways_of
from agentgraph.model.codec import dump, load
from agentgraph.model.graph import END, START, EdgeSpec, MapSpec, RouteSpec, Way
from agentgraph.model.plan import Choose, Exit, Go, Plan, Spread, targets
from tests.properties.random_graphs import sample

SEEDS = st.integers(0, 10**9)


def exits_of(plan: Plan, source: str) -> tuple[Exit, ...]:
    if source == START:
        return plan.start
    node = plan.node(source)
    return (*node.exits, *node.failure)


def sources_of(way: Way) -> tuple[str, ...]:
    return way.sources if isinstance(way, EdgeSpec) else (way.agent,)


def every_exit(plan: Plan) -> Iterator[Exit]:
    yield from plan.start
    for node in plan.nodes:
        yield from (*node.exits, *node.failure)


@given(SEEDS)
@settings(max_examples=150, deadline=None)
def test_every_way_becomes_an_exit_of_each_of_its_sources(seed: int):
    spec = sample(seed).spec
    plan = lower_graph(spec)
    for index, way in enumerate(spec.ways):
        for source in sources_of(way):
            (exit_,) = [one for one in exits_of(plan, source) if one.way == index]
            assert says_the_same(way, exit_, plan)
    assert {one.way for one in every_exit(plan)} == set(range(len(spec.ways)))


def says_the_same(way: Way, exit_: Exit, plan: Plan) -> bool:
    match way, exit_:
        case EdgeSpec(), Go():
            first = exit_.target
            if way.adapter:
                helper = plan.node(exit_.target)
                assert (helper.agent, helper.helper) == (way.adapter, True)
                first = targets(helper.exits[0])[0]
            bound = exit_.counter.at_most if exit_.counter else None
            return (first, exit_.when, bound, exit_.otherwise) == (
                way.target,
                way.when,
                way.at_most,
                way.otherwise,
            )
        case RouteSpec(), Choose():
            found = [(b.target, b.label, b.when) for b in exit_.branches]
            return found == [(c.target, c.label, c.when) for c in way.cases] and (
                exit_.otherwise == way.otherwise
            )
        case MapSpec(), Spread():
            return (exit_.over, exit_.each, exit_.target, exit_.into) == (
                way.over,
                way.each,
                way.target,
                way.into,
            )
    return False


@given(SEEDS)
@settings(max_examples=100, deadline=None)
def test_the_plan_is_the_same_each_time_and_survives_json(seed: int):
    spec = sample(seed).spec
    plan = lower_graph(spec)
    assert lower_graph(spec) == plan
    assert load(Plan, dump(plan)) == plan


@given(SEEDS)
@settings(max_examples=100, deadline=None)
def test_joins_have_all_their_sources_and_stand_before_what_they_lead_to(seed: int):
    plan = lower_graph(sample(seed).spec)
    ways = ways_of(plan)
    tables = join_tables(plan)
    for join in plan.joins:
        assert set(join.sources) == {source for source, found in ways.items() if join.node in found}
        for other in plan.joins:
            leads = join.node in tables[other.node].feeders
            back = other.node in tables[join.node].feeders
            assert join.rank <= other.rank or back or not leads
    assert [join.rank for join in plan.joins] == list(range(len(plan.joins)))
    assert END not in ways
