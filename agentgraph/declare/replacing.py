"""Whether an agent can stand where another one stood."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from msgspec import Struct

from agentgraph.declare.tool import Tool
from agentgraph.errors import Problem
from agentgraph.model.agent import AgentLike, AgentSpec


class Renamed(Struct, frozen=True, eq=False):
    """An agent that cannot rename itself, under another name."""

    spec: AgentSpec
    implementation: object

    __hash__ = object.__hash__


def as_agent(thing: Any) -> AgentLike | None:
    """The agent that a thing is or can stand as; None where it is neither."""
    if hasattr(thing, "as_agent"):
        return thing.as_agent  # type: ignore[no-any-return]  # a Graph; its class is declared above this room's file
    # Not by its `spec`: reading that may fail, and is where a faulty agent says why.
    if hasattr(thing, "implementation") and not isinstance(thing, Tool):
        return thing  # type: ignore[no-any-return]  # AgentLike, structurally
    return None


def renamed(agent: AgentLike, name: str) -> AgentLike:
    """The same agent under another name."""
    if hasattr(agent, "named"):
        return agent.named(name)  # type: ignore[no-any-return]  # an Agent, as above
    return Renamed(replace(agent.spec, name=name), agent.implementation)


def replacement_problems(name: str, original: AgentSpec, other: AgentSpec) -> list[Problem]:
    """Why `other` cannot replace `original`: other fields, or values that were not promised."""
    # Here: most graphs replace nothing, and declaring should not pay for the relation.
    from agentgraph.contracts.relation import compare

    where = f"replace({name}=)"
    problems = []
    promised = {write.field: write for write in original.writes}
    given = {write.field: write for write in other.writes}
    problems += [
        Problem(f"it does not write {field!r}, as {name} does", where=where)
        for field, write in promised.items()
        if write.always and not (field in given and given[field].always)
    ]
    problems += [
        Problem(f"it writes {field!r}, which {name} does not", where=where)
        for field in given
        if field not in promised
    ]
    available = {read.field for read in original.reads}
    problems += [
        Problem(f"it reads {read.field!r}, which {name} does not", where=where)
        for read in other.reads
        if read.required and read.field not in available
    ]
    for field in promised.keys() & given.keys():
        verdict = compare(given[field].contract.produced, promised[field].contract.produced)
        if verdict.status == "incompatible":
            reasons = "; ".join(reason.sentence for reason in verdict.reasons)
            problems.append(
                Problem(
                    f"{field!r} may be something that {name} never writes: {reasons}", where=where
                )
            )
    return problems
