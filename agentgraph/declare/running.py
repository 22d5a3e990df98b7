"""How a declared thing knows that it runs: one context variable, set by the room `call`."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Never, Protocol

from agentgraph.errors import AgentgraphError

if TYPE_CHECKING:
    from agentgraph.declare.tool import Tool


class OutsideRunError(AgentgraphError):
    """Something that only a run can answer was asked outside of one."""


class RunningCall(Protocol):
    """The agent call in progress: tools called inside go through it."""

    def call_tool(self, tool: Tool[..., Any], arguments: dict[str, Any]) -> Any:
        """The tool's result: allowed, checked and limited. An awaitable where the tool is async."""


RUNNING: ContextVar[RunningCall | None] = ContextVar("agentgraph_running_call", default=None)
"""The call that is running in this context; None outside a run."""


def by_model() -> Never:
    """Answered by a model: what the body of a model-backed agent returns. In a run it is never called."""
    raise OutsideRunError(
        "by_model() is answered by a model inside a run; outside, call the agent's fallback or give the graph a replacement"
    )


def by_person() -> Never:
    """Answered by a person: what the body of an agent that asks returns. In a run it is never called."""
    raise OutsideRunError(
        "by_person() is answered by a person inside a run; outside there is nobody to ask"
    )
