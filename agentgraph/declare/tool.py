"""`@tool`: an effect or a look-up that agents may call, with contracts on both sides."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import (
    Any,
    Concatenate,
    Generic,
    NotRequired,
    ParamSpec,
    Protocol,
    TypeVar,
    cast,
    overload,
)

from typing_extensions import TypedDict

from agentgraph.contracts.schema_codec import SchemaCodec
from agentgraph.contracts.types import Codec, codec, contract_of
from agentgraph.declare.body import (
    MISSING,
    Body,
    Parameter,
    callers_signature,
    local_names,
    name_of,
    read_signature,
)
from agentgraph.declare.detached import DetachedContext, is_context
from agentgraph.declare.interface import located
from agentgraph.declare.labels import labels_of
from agentgraph.declare.options import (
    bound_problems,
    label_problems,
    label_set,
    own_limit,
    placed,
    policy_problems,
    version_problems,
)
from agentgraph.declare.own_guards import Guards, finders_of, guard_problems, guard_specs
from agentgraph.declare.places import caller, place_of_function
from agentgraph.declare.running import RUNNING
from agentgraph.declare.standing_in import standing_in
from agentgraph.errors import DeclarationError, Problem, ProblemsError
from agentgraph.model.context import Context
from agentgraph.model.contract import Contract, Schema
from agentgraph.model.policy import Cache, CircuitBreaker, Estimate, Limit, Policies, Retry
from agentgraph.model.tool import ToolSpec

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

_POLICIES = ("timeout", "retry", "breaker", "limit", "cache", "guards")
_HINTS = ("read_only", "destructive", "idempotent", "open_world")


class Tool(Generic[P, R_co]):
    """A tool. Outside a run it is its function; inside, calling it is the checked, limited call."""

    def __init__(
        self,
        function: Callable[..., Any],
        body: Body,
        options: dict[str, Any],
        *,
        arguments: Schema | None = None,
    ) -> None:
        """`arguments` is their schema where it was given by hand; None: the body's types say it."""
        functools.update_wrapper(self, function)
        self.__signature__ = callers_signature(body) or inspect.Signature()
        self._body = body
        self._options = options
        self._arguments = arguments
        self._spec: ToolSpec | None = None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        running = RUNNING.get()
        if running is None:
            return self._detached(*args, **kwargs)
        if args and is_context(args[0]):  # the body's own, handed on: the call gets its own
            args = args[1:]  # type: ignore[assignment]  # a context is no part of P
        bound = self.__signature__.bind(*args, **kwargs)
        return cast("R_co", running.call_tool(self, dict(bound.arguments)))

    @property
    def name(self) -> str:
        """What the tool is called."""
        return self._options.get("name") or name_of(self._body.function)

    @property
    def spec(self) -> ToolSpec:
        """What the tool is, as plain data. DeclarationError: all that is wrong with it."""
        if self._spec is None:
            self._spec = _tool_spec(self._body, self._options, self._arguments_type)
        return self._spec

    @property
    def implementation(self) -> Body:
        """What carries it out."""
        return self._body

    @functools.cached_property
    def arguments(self) -> Codec | SchemaCodec:
        """The arguments as one object on its way to a model, and back from it."""
        wanted = self._arguments_type
        return SchemaCodec(wanted) if isinstance(wanted, dict | bool) else codec(wanted)

    @property
    def _arguments_type(self) -> Any:
        return _arguments(self._body) if self._arguments is None else self._arguments

    def _detached(self, *args: Any, **kwargs: Any) -> R_co:
        context = self._body.signature.context
        if context is not None and context not in kwargs and not (args and is_context(args[0])):
            args = (DetachedContext(self.name), *args)
        function = standing_in(self._body.function)
        if function is self._body.function:
            return cast("R_co", function(*args, **kwargs))
        bound = inspect.signature(self._body.function).bind(*args, **kwargs)
        return cast("R_co", function(**bound.arguments))

    def __repr__(self) -> str:
        return f"<tool {self.name}>"


class ToolDecorator(Protocol):
    """`@tool(...)`: takes the function, gives the tool."""

    @overload
    def __call__(self, function: Callable[Concatenate[Context[Any], P], R], /) -> Tool[P, R]: ...
    @overload
    def __call__(self, function: Callable[P, R], /) -> Tool[P, R]: ...


@overload
def tool(function: Callable[Concatenate[Context[Any], P], R], /) -> Tool[P, R]: ...
@overload
def tool(function: Callable[P, R], /) -> Tool[P, R]: ...
@overload
def tool(
    *,
    name: str | None = None,
    read_only: bool = False,
    destructive: bool = True,
    idempotent: bool = False,
    open_world: bool = True,
    keyed: bool = False,
    approval: str | None = None,
    needs: str | None = None,
    clears: set[str] | frozenset[str] = frozenset(),
    estimate: Estimate | None = None,
    timeout: float | None = None,
    retry: Retry | None = None,
    breaker: CircuitBreaker | None = None,
    limit: Limit | None = None,
    cache: Cache | None = None,
    guards: Guards = (),
    version: str | None = None,
    owner: str | None = None,
) -> ToolDecorator: ...
def tool(function: Callable[..., Any] | None = None, /, **options: Any) -> Any:
    """Declare a tool: a typed function that agents with it on their list may call.

    The hints are MCP's, with MCP's defaults: `read_only` (no effect), `destructive`,
    `idempotent` (twice is as once), `open_world` (talks to the outside). `keyed`: it honours
    `ctx.idempotency_key`. `approval`: the question that a person must answer with yes first.
    `needs`: the outside service whose fate it shares. `clears`: the labels of data that it may
    be given; those of what it returns stand at its return type. `estimate` says what one call
    takes, `timeout` is seconds for one attempt, `breaker` says when to leave alone what it
    `needs`, or the tool itself, `limit` how many calls may go on at once,
    `cache` for how long a result may be given again to the same arguments (of a read-only tool),
    and `guards` what may be in no text of its arguments or its result.
    """
    frame = caller()

    def decorate(function: Callable[..., Any]) -> Tool[..., Any]:
        finders = finders_of(options.get("guards", ()))
        signature = read_signature(function, local_names(frame, function))
        body = Body(function, signature, finders=finders)
        return Tool(function, body, options)

    return decorate(function) if function is not None else decorate


def _tool_spec(body: Body, options: dict[str, Any], wanted: Any) -> ToolSpec:
    apart = ("name", "clears", *_POLICIES)
    rest = {key: value for key, value in options.items() if key not in apart}
    clears = label_set(options.get("clears", ()))
    name = options.get("name") or name_of(body.function)
    source = place_of_function(body.function)
    policies = Policies(
        timeout=options.get("timeout"),
        retry=options.get("retry"),
        breaker=options.get("breaker"),
        limits=own_limit(options.get("limit")),
        cache=options.get("cache"),
        guards=guard_specs(options.get("guards", ())),
    )
    problems = [*body.signature.problems, *_option_problems(name, options, policies)]
    arguments, found = _contract(wanted, name, f"{name} arguments")
    problems += found
    returns = body.signature.returns
    result, found = (
        _contract(returns, f"{name} -> return") if returns is not MISSING else (None, [])
    )
    problems += found + label_problems(name, clears=clears)
    if arguments is None or result is None or problems:
        raise DeclarationError([placed(problem, source) for problem in problems])
    return ToolSpec(
        name=name,
        arguments=arguments,
        result=result,
        description=inspect.getdoc(body.function) or "",
        clears=tuple(sorted(clears)),
        labels=labels_of(returns),
        hints=tuple(hint for hint in _HINTS if hint in options),
        policies=policies,
        source=source,
        **rest,
    )


def _option_problems(name: str, options: dict[str, Any], policies: Policies) -> list[Problem]:
    problems = guard_problems(name, options.get("guards", ()))
    problems += policy_problems(name, policies) + version_problems(name, options.get("version"))
    problems += bound_problems(f"{name}.estimate", options.get("estimate"))
    if options.get("read_only") and options.get("destructive"):
        problems.append(Problem("it is read_only and destructive; it can't be both", where=name))
    if policies.cache is not None and not (
        options.get("read_only") and not options.get("approval")
    ):
        why = "asks a person" if options.get("approval") else "is not read_only"
        message, help_ = f"its results cannot be given again: it {why}", "drop cache="
        problems.append(Problem(message, f"{name}.cache", help=help_))
    return problems


def _contract(
    annotation: Any, where: str, name: str | None = None
) -> tuple[Contract | None, list[Problem]]:
    try:
        return contract_of(annotation, name=name), []
    except ProblemsError as error:
        return None, located(error, where)


def _arguments(body: Body) -> Any:
    parameters = [p for p in body.signature.parameters if p.annotation is not MISSING]  # told of
    fields = {parameter.name: _argument(parameter) for parameter in parameters}
    name = "".join(part.title() for part in name_of(body.function).split("_")) + "Arguments"
    return TypedDict(name, fields)  # type: ignore[operator]  # built from a signature known only now


def _argument(parameter: Parameter) -> Any:
    return (
        parameter.annotation if parameter.default is MISSING else NotRequired[parameter.annotation]
    )
