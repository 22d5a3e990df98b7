"""The one place through which a tool is called inside a run."""

from __future__ import annotations

import functools
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from agentgraph.call.attempts import attempts, describe_error
from agentgraph.call.context import RunContext, idempotency_key
from agentgraph.call.deadlines import in_time
from agentgraph.call.drive import adrive, drive
from agentgraph.call.effects import Invoke, Steps
from agentgraph.call.errors import CallAbandonedError, ToolDeniedError, ToolNotAllowedError
from agentgraph.call.guarding import Guarding, Where
from agentgraph.call.known import Asked, root, spot_of
from agentgraph.call.own_steps import call_step
from agentgraph.call.person import asked as person_answers
from agentgraph.call.steps import Done, Form, drawn, recorded
from agentgraph.call.strands import ainside, inside, standing
from agentgraph.contracts.types import codec
from agentgraph.declare.standing_in import standing_in
from agentgraph.declare.tool import Tool
from agentgraph.errors import ContractViolation
from agentgraph.model.contract import Contract, Json, digest
from agentgraph.observe.clock import clock
from agentgraph.observe.events import AnswerRefused, ToolCalled, ToolRefused, ToolReturned
from agentgraph.observe.redact import jsonable

if TYPE_CHECKING:
    from agentgraph.call.prepared import Prepared
    from agentgraph.call.services import Services


class Running:
    """The agent call in progress, as `agentgraph.declare.running.RUNNING` holds it.

    Once it has ended, a body that was given up on and works on in its thread calls nothing.
    """

    __slots__ = (
        "_agent",
        "_alone",
        "_begun",
        "_claimed",
        "_lock",
        "attempt",
        "ended",
        "recorder",
        "scope",
        "services",
    )

    def __init__(self, agent: Prepared, services: Services, attempt: int, by: str = "") -> None:
        """`by` tells the attempts of what stands in from the agent's own."""
        self._agent = agent
        self.services = services
        self.recorder = services.recorder
        self.attempt = attempt
        self.scope = f"{agent.label}{by}#{attempt}"
        self.ended = False
        self._alone = True
        self._claimed: defaultdict[str, set[int]] = defaultdict(set)
        self._begun: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._lock = threading.Lock()

    @property
    def label(self) -> str:
        """The agent's name for messages."""
        return self._agent.label

    def end(self) -> None:
        """Let it call nothing more: its attempt is over."""
        self.ended = True

    def check(self, what: str) -> None:
        """CallAbandonedError: the attempt is over, and may do no more."""
        if self.ended:
            raise CallAbandonedError(self._agent.label, what)

    def ask(self, kind: str, name: str, arguments: str) -> Asked:
        """The next request for a step, told from all others of this call. `arguments` is their hash."""
        own = self.services.agent in ("", self._agent.label)
        beside = "" if own or kind == "tool" else f"{self._agent.label}."
        content = f"{beside}{name}:{arguments}"
        after, own, first = standing(self.services, root(self.scope))
        with self._lock:  # strands of the call ask at once
            self._alone = self._alone and first
            number, nth = self._number(f"{kind}/{content}", after)
        who = (self._agent.label, self.attempt, self.scope)
        return Asked(kind, name, arguments, content, number, *who, after, own, nth)

    def _number(self, content: str, after: str) -> tuple[int, int]:
        """Which of those with the same content it is: of all, and of those that follow the same step."""
        claimed = self._claimed[content]
        if self.recorder is None:
            claimed.add(len(claimed) + 1)
            return len(claimed), 1
        nth = self._begun[content, after] = self._begun[content, after] + 1
        spot = spot_of(after, nth)
        number = self.recorder.choose(content, spot, claimed, self.scope, alone=self._alone)
        return number, nth

    def key(self, asked: Asked) -> str:
        """The idempotency key of a step: the same over its retries and resumes."""
        what = asked.what if asked.kind == "tool" else asked.key
        return idempotency_key(self.services, what)

    def call_step(self, name: str, function: Any, args: Any, kwargs: Any) -> Any:
        """See `agentgraph.model.context.Context.step`."""
        return call_step(self, name, function, args, kwargs)

    def drawn(self, kind: str, draw: Callable[[], float]) -> float:
        """A time or a random number: the same when the body runs again. It takes no round trip of its own."""
        self.check(f"ctx.{kind}()")
        if self.recorder is None:
            return draw()
        return drawn(self, self.recorder, self.ask(kind, "", ""), draw)

    def call_tool(self, tool: Tool[..., Any], arguments: dict[str, Any]) -> Any:
        """See `agentgraph.declare.running.RunningCall`."""
        steps = self.tool_steps(tool, arguments)
        return self._awaited(steps) if tool.implementation.is_async else drive(steps)

    def tool_steps(self, tool: Tool[..., Any], arguments: dict[str, Any]) -> Steps[Any]:
        """One tool call: allowed, its arguments and result held against their contracts, timed, told."""
        recorder = self.recorder
        self._allow(tool)
        checked = _checked(tool, arguments)
        guarding = self._agent.tool_guarding.get(tool.name)
        if guarding is not None:
            passed = self._guarded(guarding, tool, "input", checked)
            if passed is not checked:
                checked, arguments = passed, tool.arguments.from_json(passed)
        asked = self.ask("tool", tool.name, _hash(tool, checked))
        self._approve(tool, checked)
        if recorder is None:
            return (yield from self._told(tool, arguments, asked, checked))[0]

        def once() -> Steps[Done]:
            _, made = yield from self._told(tool, arguments, asked, checked)
            return Done(made)

        result, _ = yield from recorded(self, recorder, asked, _form(tool), once)
        return result

    def _told(
        self, tool: Tool[..., Any], arguments: dict[str, Any], asked: Asked, checked: Json
    ) -> Steps[tuple[Any, Json]]:
        """The result, as it is and as JSON; who listens is told of it, or of what went wrong."""
        name, services = tool.name, self.services
        started = clock().monotonic()
        services.tell(ToolCalled, self._agent.label, tool=name, arguments=checked)
        try:
            result = yield from self._answered(tool, arguments, asked, checked)
        except services.signals:
            raise
        except Exception as error:
            self._tell(name, started, describe_error(error, services.hidden))
            raise
        self._tell(name, started, None)
        if services.hidden is not None and tool.spec.labels:
            services.hidden.learn_value(name, tool.spec.labels, result[1])
        return result

    def _allow(self, tool: Tool[..., Any]) -> None:
        allowed = self._agent.body.tools
        self.check(tool.name)
        if allowed.get(tool.name) is not tool:
            self.refuse(tool.name)
            raise ToolNotAllowedError(self._agent.label, tool.name, tuple(allowed))

    def refuse(self, tool: str) -> None:
        """Tell of a tool that was called and is not on the agent's list."""
        self.services.tell(ToolRefused, self._agent.label, tool=tool)

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
        while not isinstance(answer := person_answers(self.services, question), bool):
            problems = ("answer true or false",)
            self.services.tell(AnswerRefused, self._agent.label, problems=problems)
            question = {**question, "refused": answer, "problems": list(problems)}
        if not answer:
            raise ToolDeniedError(self._agent.label, tool.name)

    def _answered(
        self, tool: Tool[..., Any], arguments: dict[str, Any], asked: Asked, checked: Json
    ) -> Steps[tuple[Any, Json]]:
        """The tool's result, perhaps one that was given before."""
        recalling = self._agent.tool_recalling.get(tool.name)
        if recalling is None:
            return (yield from self._attempted(tool, arguments, asked))

        def ask() -> Steps[Json]:
            _, made = yield from self._attempted(tool, arguments, asked)
            return made

        label = self._agent.label
        made = yield from recalling.recalled(label, self.services, checked, ask, tool=tool.name)
        return codec(tool.implementation.signature.returns).from_json(made), made

    def _attempted(
        self, tool: Tool[..., Any], arguments: dict[str, Any], asked: Asked
    ) -> Steps[tuple[Any, Json]]:
        def once(attempt: int) -> Steps[tuple[Any, Json]]:
            result = yield from in_time(
                f"{self._agent.label}.{tool.name}",
                self.services,
                tool.spec.policies.timeout,
                lambda seconds: self._effect(tool, arguments, asked, attempt, seconds),
                enforced=self._agent.spec.kind == "model",  # else the body around it is
            )
            try:
                made = _hold(tool, result)
            except ContractViolation:
                if self.services.hidden is not None and tool.spec.labels:
                    self.services.hidden.learn_value(tool.name, tool.spec.labels, jsonable(result))
                raise
            guarding = self._agent.tool_guarding.get(tool.name)
            if guarding is None:
                return result, made
            passed = self._guarded(guarding, tool, "output", made)
            return (result if passed is made else _redacted(tool, passed)), passed

        label = f"{self._agent.label}.{tool.name}"
        steps = attempts(once, tool.spec.policies.retry, self.services, label)
        gate = self._agent.tool_gates.get(tool.name)
        if gate is not None:
            # A sync tool that a coroutine calls runs in the thread of that coroutine's loop.
            may_wait = tool.implementation.is_async or not self._agent.awaits
            steps = gate.passed(label, self.services, steps, may_wait=may_wait)
        return (yield from steps)

    def _guarded(self, guarding: Guarding, tool: Tool[..., Any], where: Where, value: Json) -> Json:
        return guarding.passed(self._agent.label, self.services, where, value, tool=tool.name)

    def _effect(
        self,
        tool: Tool[..., Any],
        arguments: dict[str, Any],
        asked: Asked,
        attempt: int,
        timeout: float | None,
    ) -> Invoke:
        body = tool.implementation
        call = standing_in(body.function)
        if body.signature.context is not None:
            context = RunContext(self._agent.label, self.services, attempt, self, asked)
            arguments = {body.signature.context: context, **arguments}
        call = functools.partial(call, **arguments)
        if self.recorder is not None or body.signature.context is not None:
            within = ainside if body.is_async else inside
            key = self.key(asked) if body.signature.context is not None else None
            call = within(self.services, f"{asked.key}>", key, call)
        return Invoke(None, call, timeout) if body.is_async else Invoke(call, None, timeout)

    def _tell(self, tool: str, started: float, error: str | None) -> None:
        self.services.tell(
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


def _hash(tool: Tool[..., Any], checked: Json) -> str:
    return digest(_unordered(checked) if _has_sets(tool.spec.arguments) else checked)


def _has_sets(contract: Contract) -> bool:
    return "uniqueItems" in str(contract.accepted)


def _unordered(value: Json) -> Json:
    """JSON in which lists are sorted: sets are among them, and have another order in each process."""
    if isinstance(value, dict):
        return {key: _unordered(item) for key, item in value.items()}
    return sorted(map(_unordered, value), key=digest) if isinstance(value, list) else value


def _form(tool: Tool[..., Any]) -> Form:
    return Form(tool.spec.result.name, codec(tool.implementation.signature.returns).from_json)


def _redacted(tool: Tool[..., Any], passed: Json) -> Any:
    try:
        return codec(tool.implementation.signature.returns).from_json(passed)
    except ContractViolation as error:
        headline = f"what a guard has left of {tool.name}'s result does not fit"
        raise _located(error, f"{tool.name} -> return", headline) from None


def _hold(tool: Tool[..., Any], result: Any) -> Json:
    try:
        return codec(tool.implementation.signature.returns).to_json(result)
    except ContractViolation as error:
        headline = f"{tool.name} returned something else than it promises"
        raise _located(error, f"{tool.name} -> return", headline) from None


def _located(error: ContractViolation, where: str, headline: str) -> ContractViolation:
    problems = [replace(p, where=f"{where} {p.where}".strip()) for p in error.problems]
    return ContractViolation(problems, headline)
