"""A plain LangGraph graph that takes and gives JSON objects."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from langchain_core.messages import BaseMessage, convert_to_messages
from langchain_core.runnables import RunnableConfig
from langgraph.graph.state import StateGraph

from agentgraph.adopt.agents import Foreign, ForeignAgent
from agentgraph.contracts.types import codec
from agentgraph.errors import ContractViolation, Problem
from agentgraph.model.agent import AgentLike, AgentSpec
from agentgraph.model.contract import Json

_ROLES = {"human": "user", "ai": "assistant", "system": "system", "tool": "tool"}


class ForeignGraph:
    """`invoke` and `ainvoke` of a foreign graph, its values typed on the way in and JSON on the way out."""

    def __init__(self, spec: AgentSpec, foreign: Foreign) -> None:
        self._spec = spec
        self._foreign = foreign
        graph = foreign.graph
        self.graph = graph.compile() if isinstance(graph, StateGraph) else graph

    def invoke(self, values: Mapping[str, Json], config: RunnableConfig) -> dict[str, Json]:
        return self._left(self.graph.invoke(self._typed(values), config))

    async def ainvoke(self, values: Mapping[str, Json], config: RunnableConfig) -> dict[str, Json]:
        return self._left(await self.graph.ainvoke(self._typed(values), config))

    def _typed(self, values: Mapping[str, Json]) -> dict[str, Any]:
        return {key: self._in(key, value) for key, value in values.items()}

    def _in(self, key: str, value: Json) -> Any:
        if key in self._foreign.messages:
            return convert_to_messages(value)
        known = self._foreign.types.get(key)
        return value if known is None else codec(known).from_json(value)

    def _left(self, result: Any) -> dict[str, Json]:
        keys = [write.key for write in self._spec.writes if write.key is not None]
        missing = [
            Problem("the LangGraph graph did not write it", where=f"{self._spec.name}.{key}")
            for key in keys
            if key not in result
        ]
        if missing:
            raise ContractViolation(
                missing, f"{self._spec.name} left out what it was said to write"
            )
        return {key: self._out(key, result[key]) for key in keys}

    def _out(self, key: str, value: Any) -> Json:
        if key in self._foreign.messages:
            return [_message(one) for one in value]
        known = self._foreign.types.get(key)
        return value if known is None else codec(known).to_json(value)


def foreign_graph(agent: AgentLike) -> ForeignGraph:
    """The graph that carries a foreign agent out."""
    if not isinstance(agent, ForeignAgent):
        raise TypeError("an agent of kind 'langgraph' is made by from_langgraph")
    return ForeignGraph(agent.spec, agent.implementation)


def _message(message: BaseMessage) -> Json:
    # LangGraph's add_messages gives ids; a message that never met it gets one here.
    made = {
        "role": _ROLES.get(message.type, "user"),
        "content": str(message.text),
        "name": message.name,
    }
    return {**made, "id": message.id or uuid.uuid4().hex}
