"""The compiled graph's door: what comes in is made JSON and held against its contract."""

from __future__ import annotations

from typing import Any

from langgraph.graph.state import CompiledStateGraph


class ContractGraph(CompiledStateGraph[Any, Any, Any, Any]):
    """A LangGraph compiled graph that accepts what its contract accepts, and nothing else."""
