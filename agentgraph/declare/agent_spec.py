"""From a body and the options of `@agent` to an `AgentSpec`; everything wrong is reported together."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agentgraph.declare.body import MISSING, Body, name_of
from agentgraph.declare.interface import NOTHING, reads_of, writes_of
from agentgraph.declare.json_values import json_value
from agentgraph.declare.options import (
    bound_problems,
    label_problems,
    label_set,
    own_limit,
    placed,
    policy_problems,
    version_problems,
)
from agentgraph.declare.own_guards import Guards, guard_problems, guard_specs
from agentgraph.declare.places import place_of_function
from agentgraph.declare.prompts import read_prompt
from agentgraph.declare.running import by_model, by_person
from agentgraph.declare.tool import Tool
from agentgraph.errors import DeclarationError, Problem
from agentgraph.model.agent import AgentKind, AgentLike, AgentSpec, Prompt, Write
from agentgraph.model.contract import Contract
from agentgraph.model.policy import (
    Cache,
    CircuitBreaker,
    Estimate,
    Fallback,
    Limit,
    Model,
    Policies,
    Retry,
    Value,
)
from agentgraph.model.tool import ToolSpec

Stands = AgentLike | Model | Value


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """The options of one `@agent`; `reads` maps parameters to state fields.

    Functions among the fallbacks have become agents already.
    """

    name: str | None = None
    writes: str | Mapping[str, str] | None = None
    reads: Mapping[str, str] = field(default_factory=dict)
    prompt: str | Path | None = None
    model: str | None = None
    asks: str | None = None
    tools: tuple[Any, ...] = ()
    timeout: float | None = None
    retry: Retry | None = None
    breaker: CircuitBreaker | None = None
    limit: Limit | None = None
    cache: Cache | None = None
    guards: Guards = ()
    fallback: tuple[Stands, ...] = ()
    clears: frozenset[str] = frozenset()
    removes: frozenset[str] = frozenset()
    needs: str | None = None
    estimate: Estimate | None = None
    version: str | None = None
    owner: str | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any], fallback: tuple[Stands, ...]) -> Options:
        """The options from `@agent`'s keywords."""
        rest = {key: value for key, value in given.items() if key != "fallback"}
        labels = {key: label_set(rest.pop(key, ())) for key in ("clears", "removes")}
        lists = {key: tuple(rest.pop(key, ())) for key in ("tools", "guards")}
        return cls(**{**rest, **labels, **lists, "fallback": fallback})

    def renamed(
        self, name: str, writes: str | Mapping[str, str] | None, reads: Mapping[str, str]
    ) -> Options:
        """The options of the same agent under another name."""
        if isinstance(writes, Mapping) and isinstance(self.writes, Mapping):
            writes = {**self.writes, **writes}
        return replace(
            self,
            name=name,
            writes=self.writes if writes is None else writes,
            reads={**self.reads, **reads},
        )

    @property
    def stand_ins(self) -> tuple[Any, ...]:
        """The agents and functions among the fallbacks, in order."""
        return tuple(one for one in self.fallback if not isinstance(one, Model | Value))


def agent_spec(body: Body, options: Options) -> AgentSpec:
    """The spec. DeclarationError: all that is wrong, each with the agent's place."""
    name = options.name or name_of(body.function)
    source = place_of_function(body.function)
    if not hasattr(body.function, "__code__"):
        raise DeclarationError(body.signature.problems)
    problems = list(body.signature.problems)
    reads, found = reads_of(name, body.signature, options.reads)
    problems += found
    writes, output, found = _writes(name, body, options)
    problems += found
    prompt, found = _prompt(name, body, options)
    problems += found
    kind, found = _kind(name, body, options)
    problems += found
    tools, found = _tools(name, options)
    problems += found
    stand_ins, fallbacks, found = _fallbacks(name, options)
    policies = _policies(options, fallbacks)
    problems += [
        *found,
        *policy_problems(name, policies),
        *version_problems(name, options.version),
        *bound_problems(f"{name}.estimate", options.estimate),
        *label_problems(name, clears=options.clears, removes=options.removes),
        *_cache_problems(name, kind, tools, policies),
        *guard_problems(name, options.guards),
    ]
    if problems:
        raise DeclarationError([placed(problem, source) for problem in problems])
    return AgentSpec(
        name=name,
        kind=kind,
        reads=reads,
        writes=writes,
        output=output,
        description=inspect.getdoc(body.function) or "",
        prompt=prompt,
        model=(options.model or "default") if kind == "model" else options.model,
        asks=options.asks,
        tools=tools,
        policies=policies,
        clears=tuple(sorted(options.clears)),
        removes=tuple(sorted(options.removes)),
        needs=options.needs,
        estimate=options.estimate,
        stand_ins=stand_ins,
        version=options.version,
        owner=options.owner,
        source=source,
    )


def _policies(options: Options, fallbacks: tuple[Fallback, ...]) -> Policies:
    return Policies(
        timeout=options.timeout,
        retry=options.retry,
        fallbacks=fallbacks,
        breaker=options.breaker,
        limits=own_limit(options.limit),
        cache=options.cache,
        guards=guard_specs(options.guards),
    )


def _cache_problems(
    name: str, kind: AgentKind, tools: tuple[ToolSpec, ...], policies: Policies
) -> list[Problem]:
    """Why the answers of an agent cannot be given again."""
    if policies.cache is None:
        return []
    reasons = [f"{one.name} is not read_only" for one in tools if not one.read_only]
    reasons += [f"{one.name} asks a person" for one in tools if one.approval is not None]
    reasons += ["it asks a person"] if kind == "person" else []
    help_ = "drop cache=, or put it on the part that only reads"
    message = "its answers cannot be given again: "
    return [Problem(message + reason, f"{name}.cache", help=help_) for reason in reasons]


def _prompt(name: str, body: Body, options: Options) -> tuple[Prompt | None, list[Problem]]:
    if options.prompt is None:
        return None, []
    try:
        return read_prompt(options.prompt, body.function.__code__.co_filename), []
    except DeclarationError as error:
        return None, [replace(problem, where=f"{name}.prompt") for problem in error.problems]


def _writes(
    name: str, body: Body, options: Options
) -> tuple[tuple[Write, ...], Contract, list[Problem]]:
    if body.signature.returns is MISSING:  # reported with the signature
        return (), NOTHING, []
    return writes_of(name, body.signature.returns, options.writes)


def _kind(name: str, body: Body, options: Options) -> tuple[AgentKind, list[Problem]]:
    calls = set(body.function.__code__.co_names)
    by_a_model, by_a_person = by_model.__name__ in calls, by_person.__name__ in calls
    if options.prompt is not None and options.asks is not None:
        message = "it has both prompt= and asks=; one agent does one thing"
        return "model", [Problem(message, where=name)]
    if options.prompt is not None:
        return "model", [] if by_a_model else [_idle(name, "prompt", "by_model()")]
    if options.asks is not None:
        return "person", [] if by_a_person else [_idle(name, "asks", "by_person()")]
    if by_a_model:
        message, help_ = "its body is by_model(), but it has no prompt", '@agent(prompt="...")'
        return "model", [Problem(message, where=name, help=help_)]
    if by_a_person:
        message, help_ = "its body is by_person(), but it asks nothing", '@agent(asks="...")'
        return "person", [Problem(message, where=name, help=help_)]
    return "function", []


def _idle(name: str, option: str, body: str) -> Problem:
    message = f"it has {option}=, so its own body would never run"
    return Problem(message, where=name, help=f"let its body be `return {body}`, or drop {option}=")


def _tools(name: str, options: Options) -> tuple[tuple[ToolSpec, ...], list[Problem]]:
    specs: dict[str, ToolSpec] = {}
    problems: list[Problem] = []
    for tool in options.tools:
        if not isinstance(tool, Tool):
            shown = getattr(tool, "__name__", repr(tool))
            problems.append(
                Problem(f"{shown} is not a tool", f"{name}.tools", help="put @tool above its def")
            )
            continue
        try:
            spec = tool.spec
        except DeclarationError as error:
            problems += error.problems
            continue
        if spec.name in specs:
            problems.append(Problem(f"two tools are called {spec.name!r}", f"{name}.tools"))
        specs[spec.name] = spec
    return tuple(specs.values()), problems


def _fallbacks(
    name: str, options: Options
) -> tuple[tuple[AgentSpec, ...], tuple[Fallback, ...], list[Problem]]:
    specs: list[AgentSpec] = []
    chain: list[Fallback] = []
    problems: list[Problem] = []
    for one in options.fallback:
        try:
            if isinstance(one, Model):
                chain.append(Fallback("model", one.role))
            elif isinstance(one, Value):
                chain.append(Fallback("value", value=json_value(one.value)))
            else:
                spec = _stand_in(one).spec
                specs.append(spec)
                chain.append(Fallback("agent", spec.name))
        except DeclarationError as error:
            problems += [
                replace(problem, where=f"{name}.fallback {problem.where}".strip())
                for problem in error.problems
            ]
    return tuple(specs), tuple(chain), problems


def _stand_in(one: Any) -> AgentLike:
    if isinstance(getattr(one, "implementation", None), Body) and hasattr(one, "named"):
        return one  # type: ignore[no-any-return]  # an Agent, whose class is declared above this room's file
    shown = getattr(one, "name", None) or repr(one)
    help_ = "give an agent, a typed function, Model(...) or Value(...)"
    raise DeclarationError([Problem(f"{shown} cannot stand in", help=help_)])
