"""All values of the small contracts that the random graphs are made of."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from agentgraph.model.agent import AgentSpec
from agentgraph.model.contract import Contract, Json


def scalars(schema: Any) -> list[Json]:
    """The values of an enum or a const, or of a union of such."""
    if "anyOf" in schema:
        return list(dict.fromkeys(value for part in schema["anyOf"] for value in scalars(part)))
    return list(schema["enum"]) if "enum" in schema else [schema["const"]]


def values_of(contract: Contract) -> list[Json]:
    """Every value of a contract: of scalars, or of lists of them (the short ones, where there is no bound)."""
    schema: Any = contract.produced
    if schema.get("type") != "array":
        return scalars(schema)
    elements = scalars(schema["items"])
    sizes = range(schema.get("maxItems", 2) + 1)
    return [list(one) for size in sizes for one in itertools.product(elements, repeat=size)]


def outputs_of(agent: AgentSpec) -> list[Json]:
    """Every value that the agent can hand out."""
    if not agent.writes:
        return [None]
    if agent.writes[0].key is None:
        return values_of(agent.output)
    return list(_objects(agent))


def _objects(agent: AgentSpec) -> Iterator[dict[str, Json]]:
    check = jsonschema_rs.Draft202012Validator(agent.output.produced)
    nothing = object()
    choices = [[nothing, *values_of(write.contract)] for write in agent.writes]
    for values in itertools.product(*choices):
        pairs = zip(agent.writes, values, strict=True)
        made = {str(write.key): value for write, value in pairs if value is not nothing}
        if check.is_valid(made):
            yield made
