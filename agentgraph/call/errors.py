"""What can go wrong in a call, beyond the body's own exceptions."""

from __future__ import annotations

from agentgraph.errors import AgentgraphError


class ToolNotAllowedError(AgentgraphError):
    """An agent called a tool that is not on its list."""

    def __init__(self, agent: str, tool: str, allowed: tuple[str, ...]) -> None:
        self.agent, self.tool, self.allowed = agent, tool, allowed
        super().__init__(agent, tool, allowed)

    def __str__(self) -> str:
        listed = ", ".join(self.allowed) or "none"
        return f"{self.agent} may not call {self.tool}; its tools are: {listed}\n    help: add it to @agent(tools=[...])"


class CallAbandonedError(AgentgraphError):
    """A body that was given up on (its timeout has passed, or it has returned) called a tool."""

    def __init__(self, agent: str, tool: str) -> None:
        self.agent, self.tool = agent, tool
        super().__init__(agent, tool)

    def __str__(self) -> str:
        return f"{self.agent} may call {self.tool} no more: this attempt is over"


class ToolDeniedError(AgentgraphError):
    """A person said no to a tool that needs an approval."""

    def __init__(self, agent: str, tool: str) -> None:
        self.agent, self.tool = agent, tool
        super().__init__(agent, tool)

    def __str__(self) -> str:
        return f"{self.agent}: a person did not approve the call of {self.tool}"


class NoModelError(AgentgraphError):
    """A model-backed agent has no model for its role."""

    def __init__(self, agent: str, role: str) -> None:
        self.agent, self.role = agent, role
        super().__init__(agent, role)

    def __str__(self) -> str:
        return (
            f"{self.agent} needs a model for role {self.role!r}\n    help: configure [tool.agentgraph.models.{self.role}], "
            f"pass models={{{self.role!r}: ...}}, or give the agent a fallback"
        )
