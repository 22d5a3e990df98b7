"""`typing.TypedDict` for pydantic on Python 3.11, which wants the one of `typing_extensions`."""

from __future__ import annotations

import functools
import operator
import sys
import types
import typing
from collections.abc import Mapping
from typing import Annotated, Any

import typing_extensions
from msgspec import Struct, field

_make: Any = typing_extensions.TypedDict  # a name known at run time only is no static type
_NEEDED = sys.version_info < (3, 12)


def understood(annotation: Any) -> Any:
    """The annotation, every `typing.TypedDict` in it replaced by an equal one that pydantic reads."""
    return _Rewriter().of(annotation) if _NEEDED else annotation


def bound(annotation: Any) -> dict[str, Any]:
    """The type hints of a class or generic alias, its type parameters filled in."""
    cls = typing.get_origin(annotation) or annotation
    hints = typing_extensions.get_type_hints(cls, include_extras=True)
    arguments = typing.get_args(annotation)
    if not arguments:
        return hints
    rewriter = _Rewriter(dict(zip(cls.__parameters__, arguments, strict=False)))
    return {name: rewriter.of(hint) for name, hint in hints.items()}


class _Rewriter(Struct, eq=False):
    bound: Mapping[Any, Any] = field(default_factory=dict)
    # Twins under way, so that a TypedDict that mentions itself finds its own twin.
    twins: dict[Any, Any] = field(default_factory=dict)

    def of(self, annotation: Any) -> Any:
        if isinstance(annotation, typing.TypeVar):
            return self.bound.get(annotation, annotation)
        if _is_old(annotation):
            return self._twin(annotation, ())
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if origin is None or origin is typing.Literal or not arguments:
            return annotation
        return self._generic(annotation, origin, arguments)

    def _generic(self, annotation: Any, origin: Any, arguments: tuple[Any, ...]) -> Any:
        if origin is Annotated:
            return Annotated[(self.of(arguments[0]), *annotation.__metadata__)]
        replaced = tuple(self.of(a) if not isinstance(a, list) else a for a in arguments)
        if _is_old(origin):
            return self._twin(origin, replaced)
        if all(new is old for new, old in zip(replaced, arguments, strict=True)):
            return annotation
        if origin is types.UnionType or origin is typing.Union:
            return functools.reduce(operator.or_, map(_orable, replaced))
        if hasattr(annotation, "copy_with"):
            return annotation.copy_with(replaced)
        return origin[replaced]

    def _twin(self, cls: Any, arguments: tuple[Any, ...]) -> Any:
        if (cls, arguments) in self.twins:
            return self.twins[cls, arguments]
        twin: Any = _make(cls.__name__, {}, total=cls.__total__)
        self.twins[cls, arguments] = twin
        inside = _Rewriter(
            dict(zip(getattr(cls, "__parameters__", ()), arguments, strict=False)), self.twins
        )
        hints = typing_extensions.get_type_hints(cls, include_extras=True)
        twin.__annotations__ = {name: inside.of(hint) for name, hint in hints.items()}
        twin.__required_keys__, twin.__optional_keys__ = (
            cls.__required_keys__,
            cls.__optional_keys__,
        )
        for name in ("__module__", "__qualname__", "__doc__", "__pydantic_config__"):
            if name in cls.__dict__:
                setattr(twin, name, cls.__dict__[name])
        return twin


def _orable(annotation: Any) -> Any:
    return type(None) if annotation is None else annotation


def _is_old(cls: Any) -> bool:
    return typing_extensions.is_typeddict(cls) and type(cls).__module__ == "typing"
