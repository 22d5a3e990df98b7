"""From a body and the options of `@agent` to an `AgentSpec`; everything wrong is reported together."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from agentgraph.declare.body import Body
from agentgraph.declare.interface import reads_of, writes_of
from agentgraph.declare.json_values import json_value
from agentgraph.declare.places import place_of_function
from agentgraph.declare.prompts import read_prompt
from agentgraph.declare.running import by_model, by_person
from agentgraph.errors import DeclarationError, Problem
from agentgraph.model.agent import AgentKind, AgentLike, AgentSpec, Prompt
from agentgraph.model.policy import Fallback, Model, Policies, Retry, Value
from agentgraph.model.source import Source

Stands = AgentLike | Model | Value


@dataclass(frozen=True, slots=True)
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
    timeout: float | None = None
    retry: Retry | None = None
    fallback: tuple[Stands, ...] = ()
    clears: frozenset[str] = frozenset()
    removes: frozenset[str] = frozenset()
    version: str | None = None
    owner: str | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any], fallback: tuple[Stands, ...]) -> Options:
        """The options from `@agent`'s keywords."""
        rest = {key: value for key, value in given.items() if key not in ("fallback", "tools")}
        labels = {key: frozenset(rest.pop(key, ())) for key in ("clears", "removes")}
        return cls(**{**rest, **labels, "fallback": fallback})

    def renamed(
        self, name: str, writes: str | Mapping[str, str] | None, reads: Mapping[str, str]
    ) -> Options:
        """The options of the same agent under another name."""
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
    name = options.name or body.function.__name__
    source = place_of_function(body.function)
    problems = list(body.signature.problems)
    reads, found = reads_of(name, body.signature, options.reads)
    problems += found
    writes, output, found = writes_of(name, body.signature.returns, options.writes)
    problems += found if not body.signature.problems else []
    prompt, found = _prompt(name, body, options)
    problems += found
    kind, found = _kind(name, body, options)
    problems += found
    stand_ins, fallbacks, found = _fallbacks(name, options)
    problems += found + _bounds(name, options)
    if problems:
        raise DeclarationError([_placed(problem, source) for problem in problems])
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
        tools=tuple(tool.spec for tool in body.tools.values()),
        policies=Policies(options.timeout, options.retry, fallbacks),
        clears=tuple(sorted(options.clears)),
        removes=tuple(sorted(options.removes)),
        stand_ins=stand_ins,
        version=options.version,
        owner=options.owner,
        source=source,
    )


def _prompt(name: str, body: Body, options: Options) -> tuple[Prompt | None, list[Problem]]:
    if options.prompt is None:
        return None, []
    try:
        return read_prompt(options.prompt, body.function.__code__.co_filename), []
    except DeclarationError as error:
        return None, [replace(problem, where=f"{name}.prompt") for problem in error.problems]


def _kind(name: str, body: Body, options: Options) -> tuple[AgentKind, list[Problem]]:
    calls = set(body.function.__code__.co_names) if hasattr(body.function, "__code__") else set()
    if options.prompt is not None and options.asks is not None:
        return "model", [
            Problem("it has both prompt= and asks=; one agent does one thing", where=name)
        ]
    if options.prompt is None and by_model.__name__ in calls:
        return "model", [
            Problem(
                "its body is by_model(), but it has no prompt",
                where=name,
                help='@agent(prompt="...")',
            )
        ]
    if options.asks is None and by_person.__name__ in calls:
        return "person", [
            Problem(
                "its body is by_person(), but it asks nothing",
                where=name,
                help='@agent(asks="...")',
            )
        ]
    if options.prompt is not None:
        return "model", []
    return ("person" if options.asks is not None else "function"), []


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
    if hasattr(one, "spec") and hasattr(one, "implementation"):
        return one  # type: ignore[no-any-return]  # AgentLike, structurally
    raise DeclarationError(
        [
            Problem(
                f"{one!r} cannot stand in",
                help="give an agent, a typed function, Model(...) or Value(...)",
            )
        ]
    )


def _bounds(name: str, options: Options) -> list[Problem]:
    problems = []
    if options.timeout is not None and options.timeout <= 0:
        problems.append(
            Problem(
                f"a timeout of {options.timeout} seconds leaves no time", where=f"{name}.timeout"
            )
        )
    if options.retry is not None and options.retry.attempts < 1:
        problems.append(
            Problem(
                f"{options.retry.attempts} attempts are none",
                where=f"{name}.retry",
                help="attempts counts the first one too",
            )
        )
    return problems


def _placed(problem: Problem, source: Source | None) -> Problem:
    if problem.file is not None or source is None:
        return problem
    return replace(problem, file=source.file, line=source.line)
