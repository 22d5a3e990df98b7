"""The two ends of a call: state values become typed arguments, a typed result becomes state updates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from agentgraph.contracts.types import Codec, codec
from agentgraph.declare.body import Body, Parameter
from agentgraph.errors import ContractViolation, Problem
from agentgraph.model.agent import AgentSpec, Read, Write
from agentgraph.model.contract import Json

ABSENT: Any = object()


@dataclass(frozen=True, slots=True)
class Taken:
    """One parameter: the fields that it takes, and the codec that makes it typed."""

    name: str
    reads: tuple[Read, ...]
    codec: Codec
    view: bool


def taken_by(spec: AgentSpec, body: Body) -> tuple[Taken, ...]:
    """How each parameter of a body is filled from the state."""
    return tuple(_taken(spec, parameter) for parameter in body.signature.parameters)


def _taken(spec: AgentSpec, parameter: Parameter) -> Taken:
    reads = tuple(read for read in spec.reads if read.parameter == parameter.name)
    annotation = parameter.view or parameter.annotation
    return Taken(parameter.name, reads, codec(annotation), view=parameter.view is not None)


def accept(agent: str, taken: tuple[Taken, ...], values: Mapping[str, Json]) -> dict[str, Any]:
    """The typed arguments. ContractViolation: every field that is missing or does not fit."""
    arguments: dict[str, Any] = {}
    problems: list[Problem] = []
    for parameter in taken:
        try:
            value = _value(agent, parameter, values)
            if value is not ABSENT:
                arguments[parameter.name] = parameter.codec.from_json(value)
        except ContractViolation as error:
            problems += [
                _located(f"{agent}.{parameter.name}", problem) for problem in error.problems
            ]
    if problems:
        raise ContractViolation(problems, f"{agent} cannot take what reaches it")
    return arguments


def _value(agent: str, parameter: Taken, values: Mapping[str, Json]) -> Json:
    if parameter.view:
        return {
            read.attribute: values[read.field] for read in parameter.reads if read.field in values
        }
    read = parameter.reads[0]
    if read.field in values:
        return values[read.field]
    if read.required:
        raise ContractViolation(
            [
                Problem(
                    f"the state has no {read.field!r}",
                    help=f"nothing wrote it before {agent} started",
                )
            ]
        )
    return ABSENT


def updates(spec: AgentSpec, produced: Json) -> dict[str, Json]:
    """The state update that a produced value (JSON, already held against its contract) makes."""
    return {
        write.field: value
        for write in spec.writes
        if (value := _part(write, produced)) is not ABSENT
    }


def _part(write: Write, produced: Json) -> Json:
    if write.key is None:
        return produced
    return produced.get(write.key, ABSENT)


def producer(agent: str, returns: Any) -> Callable[[Any], Json]:
    """Makes a result JSON. ContractViolation: it does not fit what the agent says it returns."""
    if returns is None or returns is type(None):
        return lambda _: None
    to_json = codec(returns).to_json

    def produce(value: Any) -> Json:
        try:
            return to_json(value)
        except ContractViolation as error:
            problems = [_located(f"{agent} -> return", problem) for problem in error.problems]
            raise ContractViolation(
                problems, f"{agent} returned something else than it promises"
            ) from error

    return produce


def _located(where: str, problem: Problem) -> Problem:
    path = f"{where} {problem.where}".strip()
    return Problem(problem.message, path, problem.file, problem.line, problem.help)
