"""Mistakes, one at a time, as people make them: each changes a graph at one random place.

A kind gives the changed graph with the names that it touched (agents and fields), or None where the
graph has no place for it.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from agentgraph.model.graph import GraphSpec
from tests.properties import check_agent_mutations as on_agents
from tests.properties import check_way_mutations as on_ways
from tests.properties.check_changes import Change, Mutant, NoPlaceError


def mutant(kind: str, spec: GraphSpec, random: Random) -> Mutant | None:
    """The graph with a mistake of that kind; None where it has no place for it."""
    try:
        found = KINDS[kind](Change(spec, random))
    except NoPlaceError:
        return None
    return None if found.spec == spec else found


KINDS: dict[str, Callable[[Change], Mutant]] = {
    made.__name__.replace("_", " "): made
    for made in (
        on_agents.drop_a_write,
        on_agents.rename_what_is_written,
        on_agents.rename_what_is_read,
        on_agents.write_more_values,
        on_agents.make_a_result_optional,
        on_agents.narrow_what_is_read,
        on_agents.require_what_may_be_absent,
        on_agents.read_another_type,
        on_agents.read_one_more,
        on_agents.drop_a_reducer,
        on_agents.drop_a_default,
        on_agents.drop_kept,
        on_agents.add_kept,
        on_agents.add_a_parallel_writer,
        on_ways.move_an_edge,
        on_ways.end_an_edge_early,
        on_ways.drop_an_edge,
        on_ways.add_an_edge,
        on_ways.join_to_plain_edges,
        on_ways.plain_edges_to_a_join,
        on_ways.drop_a_source_of_a_join,
        on_ways.drop_a_guard,
        on_ways.add_a_guard,
        on_ways.change_a_guard,
        on_ways.drop_a_bound,
        on_ways.drop_what_follows_a_bound,
        on_ways.retarget_a_failure_edge,
        on_ways.drop_a_failure_edge,
        on_ways.add_a_failure_edge,
        on_ways.drop_an_adapter,
        on_ways.drop_a_branch,
        on_ways.drop_otherwise,
        on_ways.swap_the_order_of_cases,
        on_ways.swap_two_branches,
        on_ways.route_on_another_field,
        on_ways.answer_more_than_there_are_branches,
        on_ways.map_over_another_field,
        on_ways.map_into_another_field,
        on_ways.map_each_as_another_field,
        on_ways.map_to_another_agent_plainly,
        on_agents.delete_an_agent,
        on_agents.narrow_the_output,
        on_agents.promise_an_optional_output,
        on_agents.promise_one_output_more,
        on_agents.make_an_input_optional,
        on_agents.require_an_optional_input,
        on_agents.drop_an_input,
        on_agents.widen_the_input,
    )
}
