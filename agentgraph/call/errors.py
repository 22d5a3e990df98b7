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


class NonDeterminismError(AgentgraphError):
    """A call that was cut off ran again, and asked for other steps than it has recorded.

    `new` and `recorded` are a step each: its kind, its name, and the hash of its arguments.
    """

    def __init__(
        self, agent: str, new: tuple[str, str, str], recorded: tuple[str, str, str]
    ) -> None:
        self.agent, self.new, self.recorded = agent, new, recorded
        super().__init__(agent, new, recorded)

    def __str__(self) -> str:
        new, recorded = _step(*self.new), _step(*self.recorded)
        if self.new[:2] == self.recorded[:2]:
            new, recorded = (
                f"{new} ({self.new[2]})",
                f"one with other arguments ({self.recorded[2]})",
            )
        return (
            f"{self.agent} asks for {new}, where it had recorded {recorded} before it was cut off\n"
            "    help: its code has changed, or goes by something that is another each time: take times from "
            "ctx.now(), chance from ctx.random(), and read the world in a ctx.step(...); what was recorded is "
            "dropped with the turn (abandon)"
        )


class UnrecordableError(AgentgraphError):
    """A step was given something, or gave something, that a record cannot hold; `why` says what."""

    def __init__(self, agent: str, step: str, why: str, mend: str) -> None:
        self.agent, self.step, self.why, self.mend = agent, step, why, mend
        super().__init__(agent, step, why, mend)

    def __str__(self) -> str:
        return f"{self.agent}: step {self.step!r} {self.why}\n    help: {self.mend}"


def _step(kind: str, name: str, _: str) -> str:
    if kind in ("now", "random"):
        return f"ctx.{kind}()"
    return {"tool": f"tool {name}", "model": f"the model {name!r}"}.get(kind, f"step {name!r}")


class ToolDeniedError(AgentgraphError):
    """A person said no to a tool that needs an approval."""

    def __init__(self, agent: str, tool: str) -> None:
        self.agent, self.tool = agent, tool
        super().__init__(agent, tool)

    def __str__(self) -> str:
        return f"{self.agent}: a person did not approve the call of {self.tool}"


class CircuitOpenError(AgentgraphError):
    """A call was refused, since what it depends on fails: `failed` of `calls` did when its circuit opened.

    It is tried again in `seconds`.
    """

    def __init__(
        self, caller: str, dependency: str, seconds: float, failed: int, calls: int
    ) -> None:
        self.caller, self.dependency, self.seconds = caller, dependency, seconds
        self.failed, self.calls = failed, calls
        super().__init__(caller, dependency, seconds, failed, calls)

    def __str__(self) -> str:
        return (
            f"{self.caller} was not called: {self.dependency} failed {self.failed} of {self.calls} calls, so its "
            f"circuit is open; it is tried again in {self.seconds:.3g} s\n    help: a fallback= or an Edge(..., "
            "on_failure=True) takes over meanwhile"
        )


class LimitExceededError(AgentgraphError):
    """A call found its pool full for longer than it may wait; `seconds` is that time.

    `on_loop`: it could not wait at all, since that would have held up an event loop.
    """

    def __init__(
        self, caller: str, pool: str, bound: str, seconds: float, on_loop: bool = False
    ) -> None:
        self.caller, self.pool, self.bound, self.seconds = caller, pool, bound, seconds
        self.on_loop = on_loop
        super().__init__(caller, pool, bound, seconds, on_loop)

    def __str__(self) -> str:
        what = f"{self.caller} was not called: {self.pool} is at its limit, {self.bound}"
        if self.on_loop:
            return (
                f"{what}, and waiting here would hold up an event loop\n    help: make it async def"
            )
        return (
            f"{what}, and no turn came within {self.seconds:.3g} s\n    help: raise the limit, or how long "
            "it may wait (wait=, timeout=)"
        )


class DeadlineError(AgentgraphError):
    """The run's time is over (its `deadline`), or that of the attempt around: what is done stays done."""

    def __init__(self, agent: str) -> None:
        self.agent = agent
        super().__init__(agent)

    def __str__(self) -> str:
        return (
            f"the time is over: {self.agent} was not done before the deadline\n    help: what is done is kept; "
            "go on with the thread, or give it more time (deadline=)"
        )


class GuardBlockedError(AgentgraphError):
    """Guards have found what may not pass, at `paths` of the "input" or "output"; what it is stays untold."""

    def __init__(
        self, caller: str, where: str, guards: tuple[str, ...], paths: tuple[str, ...]
    ) -> None:
        self.caller, self.where, self.guards, self.paths = caller, where, guards, paths
        super().__init__(caller, where, guards, paths)

    def __str__(self) -> str:
        found, paths = ", ".join(self.guards), ", ".join(self.paths)
        what = (
            f"{self.caller} was not called: what it is given"
            if self.where == "input"
            else f"what {self.caller} has produced"
        )
        return (
            f'{what} holds what is blocked: {found}, at {paths}\n    help: ContentGuard(..., "redact") lets '
            "the rest pass where it is text; a fallback=Value(...) stands in"
        )


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


class BudgetError(AgentgraphError):
    """A turn has used up its budget; what was done until then stays done.

    `bound` is "steps", "seconds", "tokens" or "cost", `agent` who was about to start.
    """

    def __init__(self, graph: str, bound: str, limit: float, used: float, agent: str) -> None:
        self.graph, self.bound, self.limit, self.used, self.agent = graph, bound, limit, used, agent
        super().__init__(graph, bound, limit, used, agent)

    def __str__(self) -> str:
        used = f"{self.used:.3g}" if self.bound == "seconds" else f"{self.used:.6g}"
        return (
            f"graph {self.graph} has used up its budget: {self.bound} allowed are {self.limit:g}, and it is "
            f"at {used} where {self.agent} was to start\n    help: what is done is kept; raise "
            f"budget=Budget({self.bound}=...) and go on, or find what takes so much"
        )


class NoMemoryError(AgentgraphError):
    """A person is to be asked, and the run has no memory to wait in."""

    def __init__(self, agent: str) -> None:
        self.agent = agent
        super().__init__(agent)

    def __str__(self) -> str:
        return (
            f"{self.agent} asks a person, and this run has no memory to wait in: the answer would find nothing\n"
            "    help: give run_graph thread= and memory=, or compile_graph a checkpointer="
        )
