"""Route functions: typed functions of state fields, asked for a label."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from agentgraph.contracts.types import Codec, codec
from agentgraph.declare.body import MISSING, read_signature
from agentgraph.declare.json_values import json_value
from agentgraph.errors import ContractViolation, Problem
from agentgraph.model.contract import Json


def deciders(
    functions: Mapping[str, Callable[..., Any]], graph: str
) -> dict[str, Callable[[dict[str, Json]], Any]]:
    """Each route function as a function of the state's values (JSON) that gives the label (JSON)."""
    return {name: _decider(f"{graph}.{name}", function) for name, function in functions.items()}


def _decider(where: str, function: Callable[..., Any]) -> Callable[[dict[str, Json]], Any]:
    codecs = {
        parameter.name: None if parameter.annotation is MISSING else codec(parameter.annotation)
        for parameter in read_signature(function, {}).parameters
    }
    required = {
        p.name for p in inspect.signature(function).parameters.values() if p.default is p.empty
    }

    if inspect.iscoroutinefunction(function):

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
