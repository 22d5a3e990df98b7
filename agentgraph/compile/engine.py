"""A plan and its runners, as a LangGraph compiled graph."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from langgraph.cache.base import BaseCache
from langgraph.store.base import BaseStore
from langgraph.types import All, Checkpointer

from agentgraph.compile.door import ContractGraph
from agentgraph.compile.fields import Reducer
from agentgraph.compile.metering import Metering
from agentgraph.compile.parts import Parts
from agentgraph.compile.runner import Failure, Runner
from agentgraph.compile.schemas import blank_builder
from agentgraph.model.contract import Json
from agentgraph.model.graph import GraphSpec
from agentgraph.model.plan import Plan

__all__ = ["Failure", "RouteFunction", "Runner", "build"]

RouteFunction = Callable[[dict[str, Json]], Json | Awaitable[Json]]
"""Given the fields that its route reads, those that are present: a label, or a target."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def build(
    spec: GraphSpec,
    plan: Plan,
    runners: Mapping[str, Runner],
    *,
    functions: Mapping[str, RouteFunction] = _NOTHING,
    reducers: Mapping[str, Reducer] = _NOTHING,
    context_schema: type[Any] | None = None,
    checkpointer: Checkpointer = None,
    store: BaseStore | None = None,
    cache: BaseCache[Any] | None = None,
    name: str | None = None,
    input_schema: type[Any] | None = None,
    output_schema: type[Any] | None = None,
    state_schema: type[Any] | None = None,
    interrupt_before: All | Sequence[str] = (),
    interrupt_after: All | Sequence[str] = (),
    metering: Metering | None = None,
    by_step: bool = False,
    door: Mapping[str, Any] = _NOTHING,
) -> ContractGraph:
    """An ordinary LangGraph compiled graph that carries out `plan`.

    `runners` has one for each node of the plan, by the node's name; `functions` the route
    functions by the name in `RouteSpec.on`; `reducers` those of `StateField.reducer`, by
    that name. The schemas are only what LangGraph shows of itself; None: an object of the
    fields. `metering` makes its turns count what they take. `by_step`: the
    saver can put lists together from what steps add to them. `door` is handed to ContractGraph as further arguments. KeyError: a runner,
    function or reducer is missing.
    """
    metered = metering is not None
    parts = Parts.of(spec, plan, runners, functions, reducers, by_step=by_step, metered=metered)
    made = ContractGraph(
        builder=blank_builder(spec, state_schema, input_schema, output_schema, context_schema),
        schema_to_mapper={},
        context_schema=context_schema,
        nodes=parts.nodes(),
        channels=parts.channels(),
        input_channels=parts.input_channel,
        output_channels=[port.field for port in spec.output.ports],
        stream_channels=parts.shown_channels(),
        stream_mode="updates",
        interrupt_before_nodes=_listed(interrupt_before),
        interrupt_after_nodes=_listed(interrupt_after),
        auto_validate=False,
        debug=False,
        checkpointer=checkpointer,
        store=store,
        cache=cache,
        name=name or spec.name,
        **door,
    ).validate()
    made.metering = metering
    made.growing, made.by_step = parts.growing, by_step
    return made


def _listed(nodes: All | Sequence[str]) -> All | Sequence[str]:
    return "*" if nodes == "*" else list(nodes)
