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

from agentgraph.contracts.types import contract_of
from agentgraph.declare.body import MISSING, Body, Parameter, local_names, read_signature
from agentgraph.declare.detached import DetachedContext, is_context
from agentgraph.declare.interface import located
from agentgraph.declare.places import caller, place_of_function
from agentgraph.declare.running import RUNNING
from agentgraph.errors import DeclarationError, Problem, ProblemsError
from agentgraph.model.context import Context
from agentgraph.model.policy import Policies, Retry
from agentgraph.model.tool import ToolSpec

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Tool(Generic[P, R_co]):
    """A tool. Outside a run it is its function; inside, calling it is the checked, limited call."""

    def __init__(self, function: Callable[..., Any], body: Body, options: dict[str, Any]) -> None:
        functools.update_wrapper(self, function)
        self._body = body
        self._options = options

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        running = RUNNING.get()
        if running is None:
            return self._detached(*args, **kwargs)
        bound = _callers_signature(self._body).bind(*args, **kwargs)
        return cast("R_co", running.call_tool(self, dict(bound.arguments)))

    @functools.cached_property
    def spec(self) -> ToolSpec:
        """What the tool is, as plain data. DeclarationError: all that is wrong with it."""
        return _tool_spec(self._body, self._options)

    @property
    def implementation(self) -> Body:
        """What carries it out."""
        return self._body

    @functools.cached_property
    def arguments_type(self) -> Any:
        """The arguments as one TypedDict: what crosses to a model, and comes back from it."""
        return _arguments(self._body)

    def _detached(self, *args: Any, **kwargs: Any) -> R_co:
        context = self._body.signature.context
        if context is not None and context not in kwargs and not (args and is_context(args[0])):
            args = (DetachedContext(self._body.function.__name__), *args)
        return cast("R_co", self._body.function(*args, **kwargs))

    def __repr__(self) -> str:
        return f"<tool {self._options.get('name') or self._body.function.__name__}>"


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
    timeout: float | None = None,
    retry: Retry | None = None,
    version: str | None = None,
    owner: str | None = None,
) -> ToolDecorator: ...
def tool(function: Callable[..., Any] | None = None, /, **options: Any) -> Any:
    """Declare a tool: a typed function that agents with it on their list may call.

    The hints are MCP's, with MCP's defaults: `read_only` (no effect), `destructive`,
    `idempotent` (twice is as once), `open_world` (talks to the outside). `keyed`: it honours
    `ctx.idempotency_key`. `approval`: the question that a person must answer with yes first.
    `needs`: the outside service whose fate it shares. `timeout` is seconds for one attempt.
    """
    frame = caller()

    def decorate(function: Callable[..., Any]) -> Tool[..., Any]:
        body = Body(function, read_signature(function, local_names(frame, function)))
        return Tool(function, body, options)

    return decorate(function) if function is not None else decorate


def _tool_spec(body: Body, options: dict[str, Any]) -> ToolSpec:
    rest = {key: value for key, value in options.items() if key not in ("name", "timeout", "retry")}
    name = options.get("name") or body.function.__name__
    source = place_of_function(body.function)
    problems = list(body.signature.problems)
    try:
        arguments = contract_of(_arguments(body), name=f"{name} arguments")
        result = contract_of(body.signature.returns)
    except ProblemsError as error:
        problems += located(error, name)
    if problems:
        file, line = (source.file, source.line) if source else (None, None)
        raise DeclarationError(
            [Problem(p.message, p.where, p.file or file, p.line or line, p.help) for p in problems]
        )
    return ToolSpec(
        name=name,
        arguments=arguments,
        result=result,
        description=inspect.getdoc(body.function) or "",
        policies=Policies(timeout=options.get("timeout"), retry=options.get("retry")),
        source=source,
        **rest,
    )


def _arguments(body: Body) -> Any:
    fields = {parameter.name: _argument(parameter) for parameter in body.signature.parameters}
    name = "".join(part.title() for part in body.function.__name__.split("_")) + "Arguments"
    return TypedDict(name, fields)  # type: ignore[operator]  # built from a signature known only now


def _argument(parameter: Parameter) -> Any:
    return (
        parameter.annotation if parameter.default is MISSING else NotRequired[parameter.annotation]
    )


def _callers_signature(body: Body) -> inspect.Signature:
    signature = inspect.signature(body.function)
    kept = [p for p in signature.parameters.values() if p.name != body.signature.context]
    return signature.replace(parameters=kept)
