"""What carries out a declared agent or tool: the function, and its signature as the contract reads it."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from types import FrameType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from msgspec import Struct, field

from agentgraph.declare.markers import FieldsMarker
from agentgraph.errors import Problem
from agentgraph.model.context import Context

MISSING: Any = inspect.Parameter.empty
_PLAIN = inspect.Parameter.POSITIONAL_OR_KEYWORD


class Parameter(Struct, frozen=True, eq=False):
    """One parameter of a body, as typed: `annotation` keeps its `Annotated` extras.

    `view` is the class of a `Fields[...]` parameter, else None.
    """

    name: str
    annotation: Any
    default: Any = MISSING
    view: type | None = None


class Signature(Struct, frozen=True, eq=False):
    """A function's signature, split: the context parameter's name, the parameters, what is returned.

    `awaited`: it is written with an explicit `Awaitable[...]` around what it returns.
    """

    context: str | None
    parameters: tuple[Parameter, ...]
    returns: Any
    problems: tuple[Problem, ...] = ()
    awaited: bool = False


class Body(Struct, frozen=True, eq=False):
    """The code of an agent or tool.

    `signature` is what the contract was made of; `renames` maps a state field that the agent
    reads to the parameter (or the view's attribute) that takes it. `tools`, `stand_ins` and
    `finders` (of guards) hold the objects that the spec names.
    """

    function: Callable[..., Any]
    signature: Signature
    tools: Mapping[str, Any] = field(default_factory=dict)
    stand_ins: tuple[Any, ...] = ()
    finders: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_async(self) -> bool:
        """Whether what the function gives is to be awaited."""
        return self.signature.awaited or inspect.iscoroutinefunction(self.function)


def read_signature(
    function: Callable[..., Any], local_names: Mapping[str, Any], *, typed: bool = True
) -> Signature:
    """A function's parameters and result, types resolved; what is wrong stands in `problems`.

    Where it need not be `typed`, a type that is left out is MISSING and no problem.
    """
    where = name_of(function)
    problems = _shape_problems(where, function)
    if problems:
        return Signature(None, (), MISSING, tuple(problems))
    try:
        hints = get_type_hints(function, localns=dict(local_names), include_extras=True)
    except (NameError, TypeError, SyntaxError, AttributeError) as error:
        problem = Problem(
            f"its annotations cannot be read: {error}",
            where=where,
            help="import the name at run time, not only under TYPE_CHECKING",
        )
        return Signature(None, (), MISSING, (problem,))
    context: str | None = None
    parameters: list[Parameter] = []
    for index, parameter in enumerate(inspect.signature(function).parameters.values()):
        annotation = hints.get(parameter.name, MISSING)
        if _is_context(annotation):
            problems += _context_problems(where, parameter, index)
            context = parameter.name
            continue
        if typed or annotation is not MISSING or parameter.kind is not _PLAIN:
            problems += _parameter_problems(where, parameter, annotation, index)
        parameters.append(
            Parameter(parameter.name, annotation, parameter.default, _view(annotation))
        )
    hint = hints.get("return", MISSING)
    if hint is MISSING and typed:
        help_ = f"annotate it: def {where}(...) -> ..."
        problems.append(Problem("it does not say what it returns", where=where, help=help_))
    returns = _unwrapped(hint)
    return Signature(context, tuple(parameters), returns, tuple(problems), returns is not hint)


def name_of(function: object) -> str:
    """What a callable is called, in messages too; its class's name where it has none."""
    return getattr(function, "__name__", type(function).__name__)


def callers_signature(body: Body) -> inspect.Signature | None:
    """The signature that callers see: without the context. None for what has none."""
    try:
        signature = inspect.signature(body.function)
    except (TypeError, ValueError):
        return None
    context = body.signature.context
    kept = [p for p in signature.parameters.values() if p.name != context]
    return signature.replace(parameters=kept)


def local_names(frame: FrameType, function: object) -> dict[str, Any]:
    """The names that annotations of a function defined inside another function may use."""
    return dict(frame.f_locals) if "<locals>" in getattr(function, "__qualname__", "") else {}


def union_members(annotation: Any) -> tuple[Any, ...]:
    """The members of a union type, `Annotated` around it removed; the type itself if it is none."""
    bare = bare_type(annotation)
    if get_origin(bare) is Union or type(bare).__name__ == "UnionType":
        return get_args(bare)
    return (bare,)


def bare_type(annotation: Any) -> Any:
    """A type without the `Annotated` around it."""
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def extras(annotation: Any) -> tuple[Any, ...]:
    """What stands beside a type in `Annotated[...]`."""
    return tuple(annotation.__metadata__) if get_origin(annotation) is Annotated else ()


def _is_context(annotation: Any) -> bool:
    return annotation is Context or get_origin(annotation) is Context


def _view(annotation: Any) -> type | None:
    marked = any(isinstance(extra, FieldsMarker) for extra in extras(annotation))
    return bare_type(annotation) if marked else None


def _unwrapped(returns: Any) -> Any:
    """The type of the value that a function written with an explicit `Awaitable[...]` hands out."""
    if get_origin(returns) in (Awaitable, Coroutine):
        return get_args(returns)[-1]
    return returns


def _shape_problems(where: str, function: object) -> list[Problem]:
    """Why a thing cannot be a body at all."""
    if not (inspect.isfunction(function) or inspect.ismethod(function)):
        help_ = "write a def with typed parameters that calls it"
        return [Problem(f"{function!r} is not a function", where=where, help=help_)]
    plain = inspect.unwrap(function)
    if inspect.isgeneratorfunction(plain) or inspect.isasyncgenfunction(plain):
        help_ = "return the whole value; ctx.emit(...) tells of progress"
        return [Problem("it is a generator, which returns no value", where=where, help=help_)]
    return []


def _context_problems(where: str, parameter: inspect.Parameter, index: int) -> list[Problem]:
    place = f"{where}.{parameter.name}"
    problems = []
    if index:
        problems.append(Problem("the context must be the first parameter", where=place))
    if parameter.kind is parameter.POSITIONAL_ONLY:
        problems.append(Problem("the context must not be positional-only", where=place))
    return problems


def _parameter_problems(
    where: str, parameter: inspect.Parameter, annotation: Any, index: int
) -> list[Problem]:
    place = f"{where}.{parameter.name}"
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        help_ = "name each field as a parameter, or take several as `view: Fields[View]`"
        return [Problem("* and ** parameters name no state fields", where=place, help=help_)]
    if parameter.kind is parameter.POSITIONAL_ONLY:
        return [Problem("a positional-only parameter has no name to read a field by", where=place)]
    if annotation is not MISSING:
        return []
    if parameter.name == "self" and index == 0:
        help_ = "declare it of an instance: agent(instance.method)"
        return [Problem("a method is no function until it has its instance", place, help=help_)]
    return [Problem("it has no type", where=place, help=f"annotate it: {parameter.name}: str")]
