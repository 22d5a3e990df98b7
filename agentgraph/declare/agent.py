"""`@agent`: a typed function becomes a microagent, its signature the contract."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, cast, overload

from agentgraph.declare.agent_spec import Options, agent_spec
from agentgraph.declare.body import (
    Body,
    callers_signature,
    local_names,
    name_of,
    read_signature,
)
from agentgraph.declare.detached import DetachedContext, is_context
from agentgraph.declare.interface import has_fields
from agentgraph.declare.langchain_tool import adopted
from agentgraph.declare.options import label_set
from agentgraph.declare.own_guards import Guards, finders_of
from agentgraph.declare.places import caller
from agentgraph.declare.tool import Tool
from agentgraph.model.agent import AgentLike, AgentSpec
from agentgraph.model.context import Context
from agentgraph.model.policy import Cache, CircuitBreaker, Estimate, Limit, Model, Retry, Value

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
Fallbacks = AgentLike | Callable[..., Any] | Model | Value


class Agent(Generic[P, R_co]):
    """A microagent. Called, it is its undecorated function; in a graph, it is `spec`.

    The context parameter is filled in where the caller leaves it out.
    """

    def __init__(self, function: Callable[..., Any], options: Options, body: Body) -> None:
        functools.update_wrapper(self, function)
        if (signature := callers_signature(body)) is not None:
            self.__signature__ = signature
        self._options = options
        self._body = body
        self._spec: AgentSpec | None = None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        name = self._body.signature.context
        function = self._body.function
        if name is None or name in kwargs or (args and is_context(args[0])):
            return cast("R_co", function(*args, **kwargs))
        return cast("R_co", function(DetachedContext(name_of(function)), *args, **kwargs))

    # Not a cached_property: type checkers don't take one for the property of a Protocol.
    @property
    def spec(self) -> AgentSpec:
        """What the agent is, as plain data. DeclarationError: all that is wrong with it."""
        if self._spec is None:
            self._spec = agent_spec(self._body, self._options)
        return self._spec

    @property
    def implementation(self) -> Body:
        """What carries it out."""
        return self._body

    def named(
        self,
        name: str,
        *,
        writes: str | Mapping[str, str] | None = None,
        reads: Mapping[str, str] | None = None,
    ) -> Agent[P, R_co]:
        """The same agent under another name, to stand in a graph twice or in a graph of others.

        `reads` maps parameters to the state fields that they take; `writes` names the field
        for the whole result, or maps the result's fields to state fields. What is left out
        stays as it is.
        """
        renamed = self._options.renamed(name, writes, reads or {})
        return Agent(self._body.function, renamed, self._body)

    def for_map(self, name: str | None = None) -> Agent[P, R_co]:
        """The same agent where only Maps lead to it: its result goes to their list.

        So it need not say where to: a result without fields goes by `name`, or the agent's own.
        """
        own = self._options.name or name_of(self._body.function)
        if self._options.writes is not None or has_fields(self._body.signature.returns):
            return self
        return Agent(self._body.function, self._options.renamed(own, name or own, {}), self._body)

    def __repr__(self) -> str:
        return f"<agent {self._options.name or name_of(self._body.function)}>"


class AgentDecorator(Protocol):
    """`@agent(...)`: takes the function, gives the agent."""

    @overload
    def __call__(self, function: Callable[Concatenate[Context[Any], P], R], /) -> Agent[P, R]: ...
    @overload
    def __call__(self, function: Callable[P, R], /) -> Agent[P, R]: ...


@overload
def agent(function: Callable[Concatenate[Context[Any], P], R], /) -> Agent[P, R]: ...
@overload
def agent(function: Callable[P, R], /) -> Agent[P, R]: ...
@overload
def agent(
    *,
    name: str | None = None,
    writes: str | Mapping[str, str] | None = None,
    prompt: str | Path | None = None,
    model: str | None = None,
    asks: str | None = None,
    tools: Sequence[Any] = (),
    timeout: float | None = None,
    retry: Retry | None = None,
    breaker: CircuitBreaker | None = None,
    limit: Limit | None = None,
    cache: Cache | None = None,
    guards: Guards = (),
    fallback: Fallbacks | Sequence[Fallbacks] = (),
    clears: set[str] | frozenset[str] = frozenset(),
    removes: set[str] | frozenset[str] = frozenset(),
    needs: str | None = None,
    estimate: Estimate | None = None,
    version: str | None = None,
    owner: str | None = None,
) -> AgentDecorator: ...
def agent(function: Callable[..., Any] | None = None, /, **options: Any) -> Any:
    """Declare a microagent: one function that does one thing, typed.

    Parameters are the state fields that it reads (`Fields[View]`: several as one object;
    a first parameter `Context[...]`: the run). The result is written: field by field for a
    model, TypedDict or dataclass, or whole to the field `writes`.

    `prompt` (a text, or a file beside the module) with `model` (a role) makes it model-backed:
    its body is `return by_model()`. `asks` puts the question to a person: `return by_person()`.
    `tools` is its allowlist, of `Tool`s; LangChain's become such (`from_langchain`).
    `timeout` is seconds for one attempt, `retry` says when to try
    again, `breaker` when to leave alone what it depends on (what it `needs`, its model, or the
    agent itself), `limit` how many calls may go on at once, `cache` for how long an
    answer may be given again to the same question, `guards` what may be in no text that it reads or
    writes, `fallback` what stands in when it has given up: agents or typed functions, `Model`,
    `Value`, or a list of them. `clears` are the labels of data that it may read, `removes` those
    that its result no longer bears. `needs` names the outside service whose fate it shares,
    `estimate` says what one run takes, `owner` is a team, `version` a semantic version. What is
    wrong is reported when the agent's graph is declared.
    """
    frame = caller()

    def decorate(function: Callable[..., Any]) -> Agent[..., Any]:
        names = local_names(frame, function)
        listed = adopted(options.get("tools", ()))
        tools = {tool.name: tool for tool in listed if isinstance(tool, Tool)}
        declared = Options.of(
            {**options, "tools": listed}, tuple(_stand_ins(options, names, tools))
        )
        finders = finders_of(declared.guards)
        body = Body(function, read_signature(function, names), tools, declared.stand_ins, finders)
        return Agent(function, declared, body)

    return decorate(function) if function is not None else decorate


def _stand_ins(
    options: dict[str, Any], names: Mapping[str, Any], tools: Mapping[str, Any]
) -> Iterator[Any]:
    """The fallbacks; a plain typed function becomes an agent with this one's tools, `writes` and labels."""
    given = options.get("fallback", ())
    own = Options(
        writes=options.get("writes"),
        clears=label_set(options.get("clears", ())),
        removes=label_set(options.get("removes", ())),
    )
    for one in given if isinstance(given, list | tuple) else (given,):
        if inspect.isfunction(one):
            yield Agent(one, own, Body(one, read_signature(one, names), tools))
        else:
            yield one
