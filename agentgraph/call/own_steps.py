"""`ctx.step(name, f, ...)`: a function of the body's own, as a recorded step."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from types import CodeType
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, to_jsonable_python

from agentgraph.call.drive import adrive, drive
from agentgraph.call.effects import Invoke, Steps
from agentgraph.call.errors import UnrecordableError
from agentgraph.call.known import Asked
from agentgraph.call.steps import Done, Form, recorded
from agentgraph.call.strands import ainside, inside
from agentgraph.contracts.types import Codec, codec
from agentgraph.errors import ContractViolation, TypeNotJsonError
from agentgraph.model.contract import Json, digest

if TYPE_CHECKING:
    from agentgraph.call.running import Running


@dataclass(frozen=True, slots=True)
class OwnStep:
    """A function with its arguments, and what it gives; `awaited`: that is to be awaited."""

    name: str
    call: Callable[[], Any]
    returns: Any
    awaited: bool


def call_step(
    running: Running,
    name: str,
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
) -> Any:
    """What the function gives, or once gave; an awaitable of it, where the function is async."""
    running.check(name)
    returns = _returned(function)
    awaited = inspect.iscoroutinefunction(_plain(function)) or _is_awaited(returns)
    own = OwnStep(
        name=name,
        call=functools.partial(function, *args, **kwargs),
        returns=get_args(returns)[-1] if _is_awaited(returns) else returns,
        awaited=awaited,
    )
    steps = _steps(running, own, digest(_told(running, name, [list(args), dict(kwargs)])))
    return adrive(steps) if awaited else drive(steps)


def _steps(running: Running, own: OwnStep, arguments: str) -> Steps[Any]:
    form = _codec(running, own)
    # Only now: what is awaited may be so in another strand than the one that asked.
    asked = running.ask("step", own.name, arguments)

    def once() -> Steps[Done]:
        result = yield _effect(running, own, asked)
        return Done(_written(running, own, form, result))

    if running.recorder is None:
        return form.from_json((yield from once()).result)
    how = Form(_type_name(own.returns), form.from_json)
    result, _ = yield from recorded(running, running.recorder, asked, how, once)
    return result


def _effect(running: Running, own: OwnStep, asked: Asked) -> Invoke:
    services, key = running.services, running.key(asked)
    if own.awaited:
        return Invoke(None, ainside(services, f"{asked.key}>", key, own.call))
    return Invoke(inside(services, f"{asked.key}>", key, own.call))


def _codec(running: Running, own: OwnStep) -> Codec:
    try:
        return codec(own.returns)
    except TypeNotJsonError as error:
        why = f"cannot be recorded: {error}"
        raise UnrecordableError(running.label, own.name, why, _MEND) from None


_MEND = (
    "let it return a type with a JSON form (a pydantic model, a dataclass, a TypedDict, plain JSON), "
    "and annotate it"
)


def _written(running: Running, own: OwnStep, form: Codec, result: Any) -> Json:
    if inspect.isawaitable(result):
        if isinstance(result, Coroutine):
            result.close()
        mend = f"hand over the async function itself, and await the step: await ctx.step({own.name!r}, f, ...)"
        raise UnrecordableError(running.label, own.name, "gave something to be awaited", mend)
    try:
        return form.to_json(result)
    except ContractViolation as error:
        why = f"gave what cannot be recorded, of type {type(result).__name__}: {error}"
        raise UnrecordableError(running.label, own.name, why, _MEND) from None


def _returned(function: Callable[..., Any]) -> Any:
    """The type that a function says it gives; Any where it does not, or where that cannot be read."""
    plain = _plain(function)
    if inspect.isclass(plain):
        return plain
    hint = getattr(plain, "__annotations__", {}).get("return", Any)
    if isinstance(hint, str):
        # As typing.get_type_hints does it, which looks at all parameters, too, and takes ten times as long.
        try:
            return eval(_code(hint), getattr(plain, "__globals__", {}), _closure(plain))  # noqa: S307  # the body's own
        except (NameError, TypeError, SyntaxError, AttributeError):
            return Any
    return hint


@functools.lru_cache(maxsize=512)
def _code(annotation: str) -> CodeType:
    return compile(annotation, "<annotation>", "eval")


def _closure(function: Any) -> dict[str, Any]:
    code, cells = getattr(function, "__code__", None), getattr(function, "__closure__", None) or ()
    names = code.co_freevars if code is not None else ()
    return {name: cell.cell_contents for name, cell in zip(names, cells, strict=False)}


def _plain(function: Any) -> Any:
    """The function behind partials, methods and callable objects."""
    while isinstance(function, functools.partial):
        function = function.func
    if not inspect.isroutine(function) and not inspect.isclass(function):
        function = type(function).__call__
    return function


def _is_awaited(annotation: Any) -> bool:
    return get_origin(annotation) in (Awaitable, Coroutine)


def _type_name(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)


def _told(running: Running, name: str, arguments: Json) -> Json:
    try:
        return _stable(arguments)
    except (PydanticSerializationError, ValueError) as error:
        why = f"cannot be told from others by its arguments: {error}"
        mend = "give it values; what is none (a client, a connection) belongs into the function: functools.partial(f, client)"
        raise UnrecordableError(running.label, name, why, mend) from None


def _stable(value: Any) -> Json:
    """Arguments as JSON that is the same in each process: sets have no order of their own."""
    if type(value) in _SCALARS:
        return value
    if isinstance(value, set | frozenset):
        return sorted((_stable(item) for item in value), key=digest)
    if isinstance(value, list | tuple):
        return [_stable(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _stable(item) for key, item in value.items()}
    if isinstance(value, BaseModel):
        return {key: _stable(item) for key, item in value}
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _stable(getattr(value, one.name)) for one in fields(value)}
    return to_jsonable_python(value)


_SCALARS = frozenset({str, int, float, bool, type(None)})
