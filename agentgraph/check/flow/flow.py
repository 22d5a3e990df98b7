"""The analysis of one graph, put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from agentgraph.check.flow.access import Access, access_of
from agentgraph.check.flow.atoms import Atoms
from agentgraph.check.flow.beside import Beside
from agentgraph.check.flow.definitions import Item, Items
from agentgraph.check.flow.effects import Effects
from agentgraph.check.flow.fixpoint import Fixpoint, Known
from agentgraph.check.flow.marks import Bearing
from agentgraph.check.flow.places import Option, Web, web_of
from agentgraph.check.flow.presumed import presumptions
from agentgraph.check.flow.pruning import dead_options, reach_without, without
from agentgraph.check.flow.reach import Reach, bits, reach_of
from agentgraph.check.flow.states import States
from agentgraph.check.flow.taken import Misfit, Taking
from agentgraph.check.questions import Questions
from agentgraph.model.agent import AgentSpec
from agentgraph.model.facts import ModelFacts
from agentgraph.model.graph import GraphSpec
from agentgraph.model.plan import Choose, Plan
from agentgraph.model.policy import Policies

if TYPE_CHECKING:
    from agentgraph.adopt.adopted import Adopted

WayInto = tuple[int, Option, int]
"""A run, an option of its that leads somewhere, and what is known where it is taken."""


class Flow(Struct, eq=False):
    """What the rules read: the places, who is beside whom, and what is known where.

    `web` and `reach` are without the options that are never taken, which `dead` lists by run;
    `declared` is the graph with them. `agents` has, by node, the agent that stands there; `helpers` are nodes that lowering added,
    `decided_on` the fields that some exit looks at, `access` who writes and takes each; `models` what is known of models by role, `project` the policies for all agents.
    `bearings` say what labels data bears, once for each way in which the graph is used; () where
    nothing bears any. `within` has, by node, the analysis of the graph that stands there.
    `ways_into` keeps what leads to a run, `takings` and `misfits` what is taken from the state and
    what of it does not suit, once somebody asked.
    `adopted` is what else is known of a graph of another framework, None of our own.
    """

    spec: GraphSpec
    plan: Plan
    web: Web
    reach: Reach
    declared: Reach
    dead: dict[int, list[Option]]
    beside: Beside
    atoms: Atoms
    items: Items
    effects: Effects
    states: States
    questions: Questions
    fixpoint: Fixpoint
    known: Known
    agents: dict[str, AgentSpec]
    helpers: frozenset[str]
    decided_on: frozenset[str]
    access: Access
    models: Mapping[str, ModelFacts] = field(default_factory=dict)
    project: Policies | None = None
    bearings: Sequence[Bearing] = ()
    within: dict[str, Flow] = field(default_factory=dict)
    ways_into: dict[int, tuple[WayInto, ...]] = field(default_factory=dict)
    takings: tuple[Taking, ...] | None = None
    misfits: tuple[Sequence[Misfit], ...] | None = None
    adopted: Adopted | None = None

    def view(self, run: int) -> int:
        """What the exits of a Map's item see, as a fact."""
        return self.fixpoint.view(run, self.known)

    def items_of(self, fact: int, field: str) -> list[Item]:
        """What `field` can be, as a fact has it."""
        mask = fact & self.items.of_field.get(field, 0)
        return [self.items.all[number] for number in bits(mask)]


def analyse(
    spec: GraphSpec,
    plan: Plan,
    questions: Questions | None = None,
    models: Mapping[str, ModelFacts] | None = None,
    adopted: Adopted | None = None,
) -> Flow:
    """Everything that can be known of the graph before it runs. Pure, and about linear in its size."""
    questions = questions or Questions()
    web = web_of(plan)
    reach = reach_of(web)
    atoms = Atoms(questions.disjoint, questions.holds)
    for run in reach.order:
        for option in web.options(run):
            atoms.of(option)
    items = Items()
    effects = Effects(spec, web, items, presumptions(adopted) if adopted is not None else None)
    states = States(items, atoms, questions)
    outputs = tuple(port.field for port in spec.output.ports)
    beside, fixpoint = _worked_out(reach, effects, states, outputs)
    # Where all counts as beside all, nothing is sure enough to be left out.
    declared, dead = reach, dead_options(reach, beside, fixpoint) if beside.exact else {}
    if dead:
        web = without(web, dead)
        reach = reach_without(web, declared)
        beside, fixpoint = _worked_out(reach, effects, states, outputs)
    decided_on = frozenset(_decided_on(declared.web))
    by_name = {agent.name: agent for agent in spec.agents}
    return Flow(
        spec=spec,
        plan=plan,
        web=web,
        reach=reach,
        declared=declared,
        dead=dead,
        beside=beside,
        atoms=atoms,
        items=items,
        effects=effects,
        states=states,
        questions=questions,
        fixpoint=fixpoint,
        known=fixpoint.known,
        agents={node.name: by_name[node.agent] for node in plan.nodes if node.agent in by_name},
        decided_on=decided_on,
        access=access_of(web, effects, decided_on.union(outputs)),
        helpers=frozenset(node.name for node in plan.nodes if node.helper),
        models=models or {},
        adopted=adopted,
    )


def _worked_out(
    reach: Reach, effects: Effects, states: States, outputs: tuple[str, ...]
) -> tuple[Beside, Fixpoint]:
    beside = Beside(reach, states.atoms.excludes)
    fixpoint = Fixpoint(reach, beside, effects, states, outputs)
    fixpoint.solve()
    # A run may have been looked at before what it takes came round: then it is known what comes,
    # unless it only comes of that very assumption.
    settled = fixpoint.rashly_assumed()
    while settled:
        fixpoint = Fixpoint(reach, beside, effects, states, outputs, settled=settled)
        fixpoint.solve()
        lacking = fixpoint.lacking()
        if not lacking:
            break
        settled -= lacking
    return beside, fixpoint


def _decided_on(web: Web) -> Iterator[str]:
    for run in web.runs:
        for option in web.options(run.number):
            for guard, _ in option.tests:
                yield from guard.fields
            if isinstance(option.exit, Choose):
                yield from (read.field for read in option.exit.reads)
