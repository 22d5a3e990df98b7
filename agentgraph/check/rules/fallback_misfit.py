"""A fallback that cannot stand in.

## What

What is to take over when an agent fails needs a field that the agent does not read, refuses what
the agent accepts, or gives something that does not fit the agent's output.

## Why

A fallback runs when something is wrong already. It is tried late, seldom, and never in a demo; one
that fails then turns a hiccup into an outage.

## Example

    def keyword_intent(query: str, history: list[str]) -> Intent: ...

    @agent(prompt="...", fallback=keyword_intent)      # classify reads no history
    def classify(query: str) -> Intent: ...

## Instead

Give the fallback the same parameters (or fewer) and the same return type.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.where import in_brackets
from agentgraph.contracts.relation import compare
from agentgraph.contracts.validate import validator
from agentgraph.model.agent import AgentSpec
from agentgraph.model.contract import Json

CODE = "AG107"
SEVERITY = "error"


def find(flow: Flow) -> Iterator[Fault]:
    for agent in flow.agents.values():
        for stand_in in agent.stand_ins:
            yield from _reads(agent, stand_in)
            yield from _output(agent, stand_in)
        for fallback in agent.policies.fallbacks:
            if fallback.kind == "value":
                yield from _value(agent, fallback.value)


def _reads(agent: AgentSpec, stand_in: AgentSpec) -> Iterator[Fault]:
    given = {read.field: read for read in agent.reads}
    for read in stand_in.reads:
        known = given.get(read.field)
        if known is None or (read.required and not known.required):
            if read.required:
                may = "may lack" if known else "does not read"
                yield _fault(
                    agent,
                    stand_in,
                    f"it needs {read.field}, which {agent.name} {may}",
                    f"drop the parameter, or let {agent.name} read {read.field} too",
                )
            continue
        # What the agent was given has been accepted there, and by whoever stands in must be too.
        verdict = compare(known.contract.accepted, read.contract.accepted)
        if verdict.status == "incompatible":
            reasons = tuple(f"$.{read.field}{r.path[1:]}: {r.sentence}" for r in verdict.reasons)
            yield _fault(
                agent,
                stand_in,
                f"it refuses some {read.field} that {agent.name} accepts",
                f"let it take what {agent.name} takes",
                reasons,
                {read.field: verdict.witness},
            )


def _output(agent: AgentSpec, stand_in: AgentSpec) -> Iterator[Fault]:
    verdict = compare(stand_in.output.produced, agent.output.produced)
    if verdict.status == "incompatible":
        yield _fault(
            agent,
            stand_in,
            f"what it returns does not fit what {agent.name} returns",
            f"return {agent.output.name}",
            tuple(f"{reason.path}: {reason.sentence}" for reason in verdict.reasons),
            verdict.witness,
        )


def _value(agent: AgentSpec, value: Json) -> Iterator[Fault]:
    problems = validator(agent.output.produced).problems(value)
    if problems:
        yield Fault(
            message=f"the fallback value of {agent.name} does not fit what it returns",
            at=agent.name,
            source=agent.source,
            owner=agent.owner,
            witness=value,
            has_witness=True,
            reasons=tuple(str(problem) for problem in problems),
            help=f"give a value that fits {agent.output.name}",
        )


def _fault(
    agent: AgentSpec,
    stand_in: AgentSpec,
    what: str,
    help_: str,
    reasons: tuple[str, ...] = (),
    *witness: Json,
) -> Fault:
    return Fault(
        message=f"{stand_in.name} cannot stand in for {agent.name}: {what}",
        at=f"{agent.name}.{stand_in.name}",
        source=agent.source,
        owner=agent.owner,
        witness=witness[0] if witness else None,
        has_witness=bool(witness),
        reasons=(*reasons, f"declared: {stand_in.name}{in_brackets(stand_in.source)}"),
        help=help_,
    )
