"""Types as people write them."""

from __future__ import annotations

import json
import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin


def annotation_text(hint: Any) -> str:
    """A type in short: `list[str]`, `"a" | "b"`; what marks it (a reducer, a description) is left out."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is None or hint is type(None):
        return "None"
    if origin is Annotated:
        return annotation_text(arguments[0])
    if origin in (Union, types.UnionType):
        return " | ".join(map(annotation_text, arguments))
    if origin is Literal:
        return " | ".join(_constant(one) for one in arguments)
    if origin is not None and arguments:
        return f"{annotation_text(origin)}[{', '.join(map(_argument, arguments))}]"
    if isinstance(hint, type):
        return hint.__name__
    return str(hint).removeprefix("typing.")


def _constant(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def _argument(hint: Any) -> str:
    if hint is Ellipsis:
        return "..."
    if isinstance(hint, list):  # of a Callable
        return f"[{', '.join(map(_argument, hint))}]"
    return annotation_text(hint)
