"""Functions that stand in for others, here and in what is run from here: how a test gets between a call and its body."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

_STAND_INS: ContextVar[Mapping[Callable[..., Any], Callable[..., Any]]] = ContextVar(
    "agentgraph_stand_ins", default=MappingProxyType({})
)


def standing_in(function: Callable[..., Any]) -> Callable[..., Any]:
    """What is to be called where `function` would be: itself, where nothing stands in for it."""
    found = _STAND_INS.get()
    return found.get(function, function) if found else function


@contextmanager
def stand_in(
    function: Callable[..., Any], make: Callable[[Callable[..., Any]], Callable[..., Any]]
) -> Iterator[None]:
    """While it lasts, `make(what would have been called)` is called in its place.

    It takes the same arguments, by name, and is a coroutine function where `function` is one.
    """
    stand_ins = dict(_STAND_INS.get())
    stand_ins[function] = make(stand_ins.get(function, function))
    token = _STAND_INS.set(stand_ins)
    try:
        yield
    finally:
        _STAND_INS.reset(token)
