"""What carries out a declared agent or tool: the function, and its signature as the contract reads it."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import FrameType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from agentgraph.declare.markers import FieldsMarker
from agentgraph.errors import Problem
from agentgraph.model.context import Context

MISSING: Any = inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a body, as typed: `annotation` keeps its `Annotated` extras.

    `view` is the class of a `Fields[...]` parameter, else None.
    """

    name: str
    annotation: Any
    default: Any = MISSING
    view: type | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """A function's signature, split: the context parameter's name, the parameters, what is returned."""

    context: str | None
    parameters: tuple[Parameter, ...]
    returns: Any
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """The code of an agent or tool.

    `signature` is what the contract was made of; `renames` maps a state field that the agent
    reads to the parameter (or the view's attribute) that takes it. `tools` and `stand_ins`
    hold the objects that the spec names.
    """

    function: Callable[..., Any]
    signature: Signature
    tools: Mapping[str, Any] = field(default_factory=dict)
    stand_ins: tuple[Any, ...] = ()

    @property
    def is_async(self) -> bool:
        """Whether the function is a coroutine function."""
        return inspect.iscoroutinefunction(self.function)


def read_signature(function: Callable[..., Any], local_names: Mapping[str, Any]) -> Signature:
    """A function's parameters and result, types resolved; what is wrong stands in `problems`."""
    problems: list[Problem] = []
    where = function.__name__
    try:
        hints = get_type_hints(function, localns=dict(local_names), include_extras=True)
    except (NameError, TypeError, SyntaxError) as error:
        return Signature(
            None,
            (),
            MISSING,
            (
                Problem(
                    f"its annotations cannot be read: {error}",
                    where=where,
                    help="import the name at run time, not only under TYPE_CHECKING",
                ),
            ),
        )
    context: str | None = None
    parameters: list[Parameter] = []
    for index, parameter in enumerate(inspect.signature(function).parameters.values()):
        annotation = hints.get(parameter.name, MISSING)
        if _is_context(annotation):
            if index:
                problems.append(
                    Problem(
                        "the context must be the first parameter", where=f"{where}.{parameter.name}"
                    )
                )
            context = parameter.name
            continue
        problems += _parameter_problems(where, parameter, annotation)
        parameters.append(
            Parameter(parameter.name, annotation, parameter.default, _view(annotation))
        )
    returns = _unwrapped(hints.get("return", MISSING))
    if returns is MISSING:
        problems.append(
            Problem(
                "it does not say what it returns",
                where=where,
                help=f"annotate it: def {where}(...) -> ...",
            )
        )
    return Signature(context, tuple(parameters), returns, tuple(problems))


def local_names(frame: FrameType, function: Callable[..., Any]) -> dict[str, Any]:
    """The names that annotations of a function defined inside another function may use."""
    return dict(frame.f_locals) if "<locals>" in function.__qualname__ else {}


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
    if get_origin(returns) is Awaitable:
        return get_args(returns)[0]
    return returns


def _parameter_problems(where: str, parameter: inspect.Parameter, annotation: Any) -> list[Problem]:
    place = f"{where}.{parameter.name}"
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        return [
            Problem(
                "* and ** parameters name no state fields",
                where=place,
                help="name each field as a parameter, or take several as `view: Fields[View]`",
            )
        ]
    if parameter.kind is parameter.POSITIONAL_ONLY:
        return [Problem("a positional-only parameter has no name to read a field by", where=place)]
    if annotation is MISSING:
        return [Problem("it has no type", where=place, help=f"annotate it: {parameter.name}: str")]
    return []
