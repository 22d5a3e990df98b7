"""What is told to be read by nobody can be left out, and nobody notices."""

from __future__ import annotations

import json
from typing import Any

from agentgraph.check.flow.flow import analyse
from agentgraph.check.flow.places import Run
from agentgraph.check.uses import Uses, written_by
from agentgraph.lower.plan import lower_graph
from agentgraph.model.agent import AgentSpec
from agentgraph.model.graph import GraphSpec
from tests.properties.check_exploring import Exploration
from tests.properties.check_graphs import Maker
from tests.properties.check_worlds import Known, World

GRAPHS = 400
MOMENTS = 1_200


def unread(spec: GraphSpec) -> list[tuple[str, str]]:
    """Nodes and fields of writes that nobody is said to read, kept fields apart."""
    flow = analyse(spec, lower_graph(spec))
    uses = Uses(flow)
    kept = {field.name for field in spec.state if field.kept}
    found: dict[tuple[str, str], bool] = {}
    for run in flow.web.runs:
        for item in written_by(flow, run) if _counts(flow, run) else ():
            key = (run.node, item.definition.field)
            found[key] = found.get(key, True) and item not in uses and key[1] not in kept
    return [key for key, holds in found.items() if holds]


def _counts(flow: Any, run: Run) -> bool:
    return run.number in flow.known.at and run.spread is None


def noticed(exploration: Exploration) -> tuple[Any, ...]:
    """What anybody sees of a world: what agents read, what comes out, who ran, what went wrong."""
    world, seen = exploration.world, exploration.seen
    reads = {
        name: sorted(
            {
                json.dumps({r.field: view[r.field][0] for r in agent.reads if r.field in view})
                for (node, _), views in seen.starts.items()
                if node == name
                for view in views
            }
        )
        for name, agent in world.agents.items()
    }
    ports = [port.field for port in world.spec.output.ports]
    ends = {json.dumps({p: end[p][0] for p in ports if p in end}) for end in seen.ends}
    return reads, ends, seen.ran, seen.faults


class Less(World):
    """A world in which one agent leaves one of its fields alone."""

    def __init__(self, spec: GraphSpec, node: str, field: str) -> None:
        super().__init__(spec)
        self._left_alone = (node, field)

    def _made(self, node: str, agent: AgentSpec, output: Any) -> dict[str, Known]:
        made = super()._made(node, agent, output)
        return {field: v for field, v in made.items() if (node, field) != self._left_alone}


def test_what_nobody_reads_can_be_left_out() -> None:
    dropped = 0
    for seed in range(GRAPHS):
        spec = Maker(seed).spec()
        left_out = unread(spec)
        whole = Exploration(World(spec), MOMENTS)
        # Where two clash the turn stops, and what would have followed is not seen.
        if not left_out or not whole.run() or _clashes(whole):
            continue
        for node, field in left_out:
            less = Exploration(Less(spec, node, field), MOMENTS)
            assert less.run(), seed
            assert noticed(less) == noticed(whole), (seed, node, field)
            dropped += 1
    print(f"{dropped} writes left out of {GRAPHS} graphs, and nobody noticed")
    assert dropped > GRAPHS / 20


def _clashes(exploration: Exploration) -> bool:
    return any(fault.kind == "clash" for fault in exploration.seen.faults)
