"""What carries out one node, as the engine sees it. The room `call` makes them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from langchain_core.runnables import RunnableConfig

from agentgraph.model.contract import Json


@dataclass(frozen=True, slots=True)
class Failure:
    """The agent and its fallbacks have given up; `error` says why, in JSON.

    Only for nodes with exits for that case; elsewhere a runner raises.
    """

    error: Json


@dataclass(frozen=True, slots=True)
class Runner:
    """Carries out one node.

    `reads` are the state fields that it is given, where present. It returns the fields to
    write, or a Failure. `subgraph` is the compiled graph inside it, if it has one, so that
    LangGraph's drawing and `get_state(subgraphs=True)` find it.
    """

    reads: tuple[str, ...]
    invoke: Callable[[dict[str, Json], RunnableConfig], dict[str, Json] | Failure]
    ainvoke: Callable[[dict[str, Json], RunnableConfig], Awaitable[dict[str, Json] | Failure]]
    subgraph: Any = None
