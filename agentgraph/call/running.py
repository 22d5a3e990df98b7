"""The one place through which a tool is called inside a run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from agentgraph.call.attempts import attempts, describe_error
from agentgraph.call.context import RunContext
from agentgraph.call.drive import adrive, drive
from agentgraph.call.effects import Invoke, Steps
from agentgraph.call.errors import CallAbandonedError, ToolDeniedError, ToolNotAllowedError
from agentgraph.contracts.types import codec
from agentgraph.declare.standing_in import standing_in
from agentgraph.declare.tool import Tool
from agentgraph.errors import ContractViolation
from agentgraph.model.contract import Json, digest
from agentgraph.observe.clock import clock
from agentgraph.observe.events import AnswerRefused, ToolRefused, ToolReturned

if TYPE_CHECKING:
    from agentgraph.call.prepared import Prepared
    from agentgraph.call.services import Services


class Running:
    """The agent call in progress, as `agentgraph.declare.running.RUNNING` holds it.

    Once it has ended, a body that was given up on and works on in its thread calls nothing.
    """

    __slots__ = ("_agent", "_attempt", "_ended", "_seen", "_services")

    def __init__(self, agent: Prepared, services: Services, attempt: int) -> None:
        self._agent = agent
        self._services = services
        self._attempt = attempt
        self._ended = False
        self._seen: dict[str, int] = {}

    def end(self) -> None:
        """Let it call nothing more: its attempt is over."""
        self._ended = True

    def call_tool(self, tool: Tool[..., Any], arguments: dict[str, Any]) -> Any:
        """See `agentgraph.declare.running.RunningCall`."""
        steps = self.tool_steps(tool, arguments)
        return self._awaited(steps) if tool.implementation.is_async else drive(steps)

    def tool_steps(self, tool: Tool[..., Any], arguments: dict[str, Any]) -> Steps[Any]:
        """One tool call: allowed, its arguments and result held against their contracts, timed, told."""
        name, services = tool.name, self._services
        self._allow(tool)
        checked = _checked(tool, arguments)
        what = self._what(name, checked)
        self._approve(tool, checked)
        started = clock().monotonic()
        try:
            result = yield from self._attempted(tool, arguments, what)
        except services.signals:
            raise
        except Exception as error:
            self._tell(name, started, describe_error(error))
            raise
        self._tell(name, started, None)
        return result

    def _allow(self, tool: Tool[..., Any]) -> None:
        allowed = self._agent.body.tools
        if self._ended:
            raise CallAbandonedError(self._agent.label, tool.name)
        if allowed.get(tool.name) is not tool:
            self.refuse(tool.name)
            raise ToolNotAllowedError(self._agent.label, tool.name, tuple(allowed))

    def refuse(self, tool: str) -> None:
        """Tell of a tool that was called and is not on the agent's list."""
        self._services.tell(ToolRefused, self._agent.label, tool=tool)

    def _approve(self, tool: Tool[..., Any], checked: Json) -> None:
        """Wait for a person's yes. What is neither yes nor no is refused, and asked again."""
        if tool.spec.approval is None:
            return
        question: dict[str, Json] = {
            "asks": tool.spec.approval,
            "agent": self._agent.label,
            "shown": {"tool": tool.name, "arguments": checked},
            "answer": {"type": "boolean"},
        }
        while not isinstance(answer := self._services.pause(question), bool):
            problems = ("answer true or false",)
            self._services.tell(AnswerRefused, self._agent.label, problems=problems)
            question = {**question, "refused": answer, "problems": list(problems)}
        if not answer:
            raise ToolDeniedError(self._agent.label, tool.name)

    def _attempted(self, tool: Tool[..., Any], arguments: dict[str, Any], what: str) -> Steps[Any]:
        def once(attempt: int) -> Steps[Any]:
            result = yield self._effect(tool, arguments, what, attempt)
            _hold(tool, result)
            return result

        label = f"{self._agent.label}.{tool.name}"
        return (yield from attempts(once, tool.spec.policies.retry, self._services, label))

    def _effect(
        self, tool: Tool[..., Any], arguments: dict[str, Any], what: str, attempt: int
    ) -> Invoke:
        body = tool.implementation
        function, timeout = standing_in(body.function), tool.spec.policies.timeout
        if body.signature.context is not None:
            context = RunContext(self._agent.label, self._services, attempt, what)
            arguments = {body.signature.context: context, **arguments}
        if body.is_async:
            return Invoke(None, lambda: function(**arguments), timeout)
        return Invoke(lambda: function(**arguments), None, timeout)

    def _what(self, name: str, checked: Json) -> str:
        """Tells calls of one body apart, the same when the body runs again: name, arguments, occurrence."""
        key = f"{name}:{digest(checked)}"
        self._seen[key] = self._seen.get(key, 0) + 1
        return f"{key}:{self._seen[key]}"

    def _tell(self, tool: str, started: float, error: str | None) -> None:
        self._services.tell(
            ToolReturned,
            self._agent.label,
            tool=tool,
            seconds=clock().monotonic() - started,
            status="ok" if error is None else "error",
            error=error,
        )

    @staticmethod
    async def _awaited(steps: Steps[Any]) -> Any:
        return await adrive(steps)


def _checked(tool: Tool[..., Any], arguments: dict[str, Any]) -> Json:
    try:
        return tool.arguments.to_json(arguments)
    except ContractViolation as error:
        headline = f"{tool.name} cannot take these arguments"
        raise _located(error, tool.name, headline) from None


def _hold(tool: Tool[..., Any], result: Any) -> None:
    try:
        codec(tool.implementation.signature.returns).to_json(result)
    except ContractViolation as error:
        headline = f"{tool.name} returned something else than it promises"
        raise _located(error, f"{tool.name} -> return", headline) from None


def _located(error: ContractViolation, where: str, headline: str) -> ContractViolation:
    problems = [replace(p, where=f"{where} {p.where}".strip()) for p in error.problems]
    return ContractViolation(problems, headline)
