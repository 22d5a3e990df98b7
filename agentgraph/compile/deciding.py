"""Route functions: typed functions of state fields, asked for a label."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from agentgraph.contracts.types import Codec, codec
from agentgraph.declare.body import MISSING, Body
from agentgraph.declare.json_values import json_value
from agentgraph.errors import ContractViolation, Problem
from agentgraph.model.contract import Json


def deciders(
    functions: Mapping[str, Body], graph: str
) -> dict[str, Callable[[dict[str, Json]], Any]]:
    """Each route function as a function of the state's values (JSON) that gives the label (JSON)."""
    return {name: _decider(f"{graph}.{name}", body) for name, body in functions.items()}


def _decider(where: str, body: Body) -> Callable[[dict[str, Json]], Any]:
    parameters = body.signature.parameters
    codecs = {p.name: None if p.annotation is MISSING else codec(p.annotation) for p in parameters}
    required = {p.name for p in parameters if p.default is MISSING}
    function = body.function

    if body.is_async:

        async def adecide(values: dict[str, Json]) -> Json:
            return json_value(await function(**_typed(where, codecs, required, values)))

        return adecide

    def decide(values: dict[str, Json]) -> Json:
        return json_value(function(**_typed(where, codecs, required, values)))

    return decide


def _typed(
    where: str, codecs: Mapping[str, Codec | None], required: set[str], values: Mapping[str, Json]
) -> dict[str, Any]:
    problems = [
        Problem(f"the state has no {name!r}", where=where)
        for name in required
        if name not in values
    ]
    typed: dict[str, Any] = {}
    for name, known in codecs.items():
        if name in values:
            try:
                typed[name] = values[name] if known is None else known.from_json(values[name])
            except ContractViolation as error:
                problems += [
                    Problem(p.message, f"{where}.{name} {p.where}".strip()) for p in error.problems
                ]
    if problems:
        raise ContractViolation(problems, f"{where} cannot decide")
    return typed
