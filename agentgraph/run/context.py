"""What a run passes to its agents as `ctx.context`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from typing import Any

from agentgraph.declare.graph import Graph
from agentgraph.errors import Problem, SettingsError


@contextmanager
def run_context(graph: Graph, given: Any) -> Iterator[Any]:
    """The caller's context, or one made by calling the declared type, closed when the run ends.

    SettingsError: the graph wants a context, none was given, and its type cannot be made
    without arguments.
    """
    if given is not None or graph.context is None:
        yield given
        return
    made = _made(graph)
    if isinstance(made, AbstractContextManager):
        with made as entered:
            yield entered
    elif isinstance(made, AbstractAsyncContextManager):
        name = type(made).__name__
        problem = Problem(
            f"its agents need a {name}, which only `async with` opens",
            where=graph.spec.name,
            help="run it with arun_graph, or pass an open one as context=",
        )
        raise SettingsError([problem], "the run has no context")
    else:
        yield made


@asynccontextmanager
async def arun_context(graph: Graph, given: Any) -> AsyncIterator[Any]:
    """`run_context` for a run that is awaited: a type that is opened with `async with` is, too."""
    if given is not None or graph.context is None:
        yield given
        return
    made = _made(graph)
    if isinstance(made, AbstractAsyncContextManager):
        async with made as entered:
            yield entered
    elif isinstance(made, AbstractContextManager):
        with made as entered:
            yield entered
    else:
        yield made


def _made(graph: Graph) -> Any:
    try:
        return graph.context()
    except TypeError as error:
        name = getattr(graph.context, "__name__", repr(graph.context))
        problem = Problem(
            f"its agents need a {name}, which cannot be made without arguments: {error}",
            where=graph.spec.name,
            help="pass context=",
        )
        raise SettingsError([problem], "the run has no context") from error
