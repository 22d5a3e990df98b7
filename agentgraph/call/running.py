"""The one place through which a tool is called inside a run."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from agentgraph.call.attempts import attempts, describe_error
from agentgraph.call.context import RunContext
from agentgraph.call.drive import adrive, drive
from agentgraph.call.effects import Invoke, Steps
from agentgraph.call.errors import ToolDeniedError, ToolNotAllowedError
from agentgraph.contracts.types import codec
from agentgraph.declare.tool import Tool
from agentgraph.errors import ContractViolation, Problem
from agentgraph.model.contract import digest
from agentgraph.observe.events import AttemptFailed, ToolRefused, ToolReturned

if TYPE_CHECKING:
    from agentgraph.call.prepared import Prepared
    from agentgraph.call.services import Services


class Running:
    """The agent call in progress, as `agentgraph.declare.running.RUNNING` holds it."""

    __slots__ = ("_agent", "_attempt", "_seen", "_services")

    def __init__(self, agent: Prepared, services: Services, attempt: int) -> None:
        self._agent = agent
        self._services = services
        self._attempt = attempt
        self._seen: dict[str, int] = {}

    def call_tool(self, tool: Tool[..., Any], arguments: dict[str, Any]) -> Any:
        """See `agentgraph.declare.running.RunningCall`."""
        steps = self.tool_steps(tool, arguments)
        return self._awaited(steps) if tool.implementation.is_async else drive(steps)

    def tool_steps(self, tool: Tool[..., Any], arguments: dict[str, Any]) -> Steps[Any]:
        """One tool call: allowed, its arguments and result held against their contracts, timed, told."""
        name, services = tool.spec.name, self._services
        self._allow(tool)
        checked = _checked(tool, arguments)
        self._approve(tool, checked)
        started = perf_counter()
        try:
            result = yield from self._attempted(tool, arguments, self._what(name, checked))
        except services.signals:
            raise
        except Exception as error:
            self._tell(name, started, describe_error(error))
            raise
        self._tell(name, started, None)
        return result

    def _allow(self, tool: Tool[..., Any]) -> None:
        allowed = self._agent.body.tools
        if tool.spec.name not in allowed:
            thread = self._services.place.thread
            self._services.emit(
                ToolRefused(agent=self._agent.label, thread=thread, tool=tool.spec.name)
            )
            raise ToolNotAllowedError(self._agent.label, tool.spec.name, tuple(allowed))

    def _approve(self, tool: Tool[..., Any], checked: Any) -> None:
        if tool.spec.approval is None:
            return
        question = {
            "asks": tool.spec.approval,
            "shown": {"tool": tool.spec.name, **checked},
            "answer": {"type": "boolean"},
        }
        if self._services.pause(question) is not True:
            raise ToolDeniedError(self._agent.label, tool.spec.name)

    def _attempted(self, tool: Tool[..., Any], arguments: dict[str, Any], what: str) -> Steps[Any]:
        def once(attempt: int) -> Steps[Any]:
            result = yield self._effect(tool, arguments, what, attempt)
            codec(tool.implementation.signature.returns).to_json(result)
            return result

        def failed(event: AttemptFailed) -> None:
            self._services.emit(event)

        label = f"{self._agent.label}.{tool.spec.name}"
        return (
            yield from attempts(
                once, tool.spec.policies.retry, failed, label, self._services.signals
            )
        )

    def _effect(
        self, tool: Tool[..., Any], arguments: dict[str, Any], what: str, attempt: int
    ) -> Invoke:
        body = tool.implementation
        function, timeout = body.function, tool.spec.policies.timeout
        if body.signature.context is not None:
            context = RunContext(self._agent.label, self._services, attempt, what)
            arguments = {body.signature.context: context, **arguments}
        if body.is_async:
            return Invoke(None, lambda: function(**arguments), timeout)
        return Invoke(lambda: function(**arguments), None, timeout)

    def _what(self, name: str, checked: Any) -> str:
        """Tells calls of one body apart, the same when the body runs again: name, arguments, occurrence."""
        key = f"{name}:{digest(checked)}"
        self._seen[key] = self._seen.get(key, 0) + 1
        return f"{key}:{self._seen[key]}"

    def _tell(self, tool: str, started: float, error: str | None) -> None:
        self._services.emit(
            ToolReturned(
                agent=self._agent.label,
                thread=self._services.place.thread,
                tool=tool,
                seconds=perf_counter() - started,
                status="ok" if error is None else "error",
                error=error,
            )
        )

    @staticmethod
    async def _awaited(steps: Steps[Any]) -> Any:
        return await adrive(steps)


def _checked(tool: Tool[..., Any], arguments: dict[str, Any]) -> Any:
    try:
        return codec(tool.arguments_type).to_json(arguments)
    except ContractViolation as error:
        problems = [
            Problem(p.message, f"{tool.spec.name} {p.where}".strip(), help=p.help)
            for p in error.problems
        ]
        raise ContractViolation(problems, f"{tool.spec.name} cannot take these arguments") from None
