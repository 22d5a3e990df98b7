"""An agent made ready to be called: what can be worked out once, before any run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from agentgraph.call.gate import Gate, gate_of, gate_of_model
from agentgraph.call.guarding import Guarding, guarding_of
from agentgraph.call.ports import Taken, producer, taken_by
from agentgraph.call.recalling import Recalling, recalling_of
from agentgraph.contracts.types import Codec, codec
from agentgraph.contracts.validate import validator
from agentgraph.declare.body import Body
from agentgraph.declare.own_guards import Finder
from agentgraph.errors import ContractViolation
from agentgraph.model.agent import AgentLike, AgentSpec
from agentgraph.model.contract import Json
from agentgraph.model.policy import Policies

_NONE: Mapping[str, Finder] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Prepared:
    """An agent, ready. `label` is its name for messages: dotted through nested graphs.

    `awaits`: what its function gives is to be awaited. `gate` is what each call passes,
    `tool_gates` what those of its tools do, by name, and `model_gates` those of models that stand in,
    by role; where there is none, nothing is to be passed. `recalling` has answers that may be given
    again, `tool_recalling` those of its tools. `guarding` and `tool_guarding` are the guards.
    """

    spec: AgentSpec
    body: Body
    awaits: bool
    label: str
    taken: tuple[Taken, ...]
    produce: Callable[[Any], Json]
    answer: Codec | None
    policies: Policies
    stand_ins: dict[str, Prepared]
    gate: Gate | None = None
    model_gates: Mapping[str, Gate] = field(default_factory=dict)
    tool_gates: Mapping[str, Gate] = field(default_factory=dict)
    recalling: Recalling | None = None
    tool_recalling: Mapping[str, Recalling] = field(default_factory=dict)
    guarding: Guarding | None = None
    tool_guarding: Mapping[str, Guarding] = field(default_factory=dict)

    @property
    def reads(self) -> tuple[str, ...]:
        """The state fields that a call may look at: its own, and those of what stands in for it."""
        own = [read.field for read in self.spec.reads]
        others = [field for one in self.stand_ins.values() for field in one.reads]
        return tuple(dict.fromkeys([*own, *others]))

    def fitting(self, by: str, value: Json) -> Json:
        """What stands in for the produced value. ContractViolation: it is not what was promised."""
        found = validator(self.spec.output.produced).problems(value)
        if found:
            problems = [
                replace(one.as_problem(), where=f"{self.label} {one.path}") for one in found
            ]
            raise ContractViolation(problems, f"{by} cannot stand in for {self.label}")
        return value


def prepare(
    agent: AgentLike, label: str, defaults: Policies, finders: Mapping[str, Finder] = _NONE
) -> Prepared:
    """Make an agent with a body ready. `defaults` are its graph's policies, `finders` those of its guards."""
    body = agent.implementation
    if not isinstance(body, Body):
        raise TypeError(f"{label} has no body to call")
    spec = agent.spec
    policies = effective(spec.policies, defaults)
    stand_ins = [
        prepare(one, f"{label}.{one.spec.name}", defaults, finders) for one in body.stand_ins
    ]
    return Prepared(
        spec=spec,
        body=body,
        awaits=body.is_async,
        label=label,
        taken=taken_by(spec, body),
        produce=producer(label, body.signature.returns),
        answer=codec(body.signature.returns) if spec.kind in ("model", "person") else None,
        policies=policies,
        stand_ins={one.spec.name: one for one in stand_ins},
        gate=gate_of(spec, policies),
        model_gates=_model_gates(policies),
        tool_gates=_tool_gates(spec, defaults),
        recalling=_recalling(spec, body),
        tool_recalling=_tool_recalling(body),
        guarding=guarding_of(policies.guards, {**finders, **body.finders}),
        tool_guarding=_tool_guarding(body, defaults, finders),
    )


def _tool_guarding(
    body: Body, defaults: Policies, finders: Mapping[str, Finder]
) -> dict[str, Guarding]:
    found: dict[str, Guarding | None] = {}
    for name, tool in body.tools.items():
        guards = effective(tool.spec.policies, defaults).guards
        found[name] = guarding_of(guards, {**finders, **tool.implementation.finders})
    return {name: one for name, one in found.items() if one is not None}


def _recalling(spec: AgentSpec, body: Body) -> Recalling | None:
    prompt = spec.prompt.digest if spec.prompt is not None else ""
    about = (prompt, spec.model or "", spec.version or "")
    role = (spec.model or "default") if spec.kind == "model" else None
    return recalling_of(body, spec.policies.cache, about=about, role=role)


def _tool_recalling(body: Body) -> dict[str, Recalling]:
    found = {
        name: recalling_of(tool.implementation, tool.spec.policies.cache)
        for name, tool in body.tools.items()
    }
    return {name: one for name, one in found.items() if one is not None}


def _model_gates(policies: Policies) -> dict[str, Gate]:
    roles = [one.name for one in policies.fallbacks if one.kind == "model"]
    gates = {role: gate_of_model(role, policies) for role in roles}
    return {role: gate for role, gate in gates.items() if gate is not None}


def _tool_gates(spec: AgentSpec, defaults: Policies) -> dict[str, Gate]:
    gates = {one.name: gate_of(one, effective(one.policies, defaults)) for one in spec.tools}
    return {name: gate for name, gate in gates.items() if gate is not None}


def effective(own: Policies, defaults: Policies) -> Policies:
    """The policies that apply: the nearest wins; of limits that of a pool, of guards that of what they find."""
    named = {one.finds for one in own.guards}
    return Policies(
        timeout=own.timeout if own.timeout is not None else defaults.timeout,
        retry=own.retry if own.retry is not None else defaults.retry,
        fallbacks=own.fallbacks,
        breaker=own.breaker if own.breaker is not None else defaults.breaker,
        limits=(*own.limits, *defaults.limits),
        cache=own.cache,
        guards=(*own.guards, *(one for one in defaults.guards if one.finds not in named)),
    )
