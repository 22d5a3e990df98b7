"""What a call passes before its first attempt: the circuit of what it depends on, and its turn in a pool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from agentgraph.call.attempts import is_named
from agentgraph.call.circuits import CIRCUITS
from agentgraph.call.effects import Invoke, Steps
from agentgraph.call.errors import CircuitOpenError
from agentgraph.call.services import Services
from agentgraph.call.turns import Turns, bounds_of, turns_in, turns_of
from agentgraph.errors import AgentgraphError, ContractViolation
from agentgraph.model.agent import AgentSpec
from agentgraph.model.policy import CircuitBreaker, Policies
from agentgraph.model.tool import ToolSpec
from agentgraph.observe.events import CircuitClosed, CircuitOpened, CircuitProbed
from agentgraph.remember.ports import Circuits, Standing

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Gate:
    """Before the calls of one agent, tool or model: `breaker` of the circuit of `dependency`, and `turns`.

    None: there is no such thing to pass.
    """

    dependency: str
    breaker: CircuitBreaker | None
    turns: Turns | None

    def passed(
        self, label: str, services: Services, steps: Steps[T], *, may_wait: bool = True
    ) -> Steps[T]:
        """The result of `steps`, let through.

        CircuitOpenError, LimitExceededError: it was not even begun. Where it may not wait, since
        an event loop would, it has its turn at once or not at all.
        """
        if self.breaker is None:
            return (yield from self._in_turn(label, services, lambda _: steps, may_wait=may_wait))
        through = _Through(self.dependency, self.breaker, label, services)
        yield from through.enter()
        try:

            def going_on(waited: bool) -> Steps[T]:
                if waited:  # much may have failed meanwhile
                    yield from through.enter_again()
                return (yield from steps)

            result = yield from self._in_turn(label, services, going_on, may_wait=may_wait)
        except services.signals:
            yield from through.leave("none")
            raise
        except Exception as error:
            yield from through.leave(outcome_of(error, self.breaker))
            raise
        # Who is cancelled tells nothing, and waits for nothing: a probe that is lost runs out.
        yield from through.leave("ok")
        return result

    def _in_turn(
        self,
        label: str,
        services: Services,
        steps: Callable[[bool], Steps[T]],
        *,
        may_wait: bool,
    ) -> Steps[T]:
        if self.turns is None:
            return (yield from steps(False))
        return (yield from self.turns.taken(label, services, steps, may_wait=may_wait))


class _Through:
    """One call on its way through a circuit."""

    def __init__(
        self, dependency: str, breaker: CircuitBreaker, label: str, services: Services
    ) -> None:
        self._dependency, self._breaker = dependency, breaker
        self._label, self._services = label, services
        self._ticket = ""

    def enter(self) -> Steps[None]:
        """CircuitOpenError: the circuit is open."""

        def ask(circuits: Circuits) -> Standing:
            return circuits.admit(self._dependency, self._breaker)

        standing = yield from self._asked(ask)
        self._ticket = standing.ticket
        if not standing.ticket:
            raise CircuitOpenError(
                self._label,
                self._dependency,
                standing.seconds,
                standing.failed,
                standing.calls,
            )

    def enter_again(self) -> Steps[None]:
        """As `enter`, for who has waited since."""
        yield from self.leave("none")
        yield from self.enter()

    def leave(self, outcome: str) -> Steps[None]:
        """Tell how it ended."""
        ticket, self._ticket = self._ticket, ""

        def tell(circuits: Circuits) -> Standing:
            return circuits.record(self._dependency, self._breaker, ticket, outcome)

        if ticket:
            yield from self._asked(tell)

    def _asked(self, ask: Callable[[Circuits], Standing]) -> Steps[Standing]:
        """The answer of the circuits, where they stand; a change is told."""
        shared = self._services.circuits
        standing: Standing
        if shared is None:
            standing = ask(CIRCUITS.here())
        else:
            standing = yield Invoke(lambda: ask(shared))
        tell, label, what = self._services.tell, self._label, self._dependency
        if standing.change == "opened":
            counts = {"failed": standing.failed, "calls": standing.calls}
            tell(CircuitOpened, label, dependency=what, seconds=standing.seconds, **counts)
        elif standing.change:
            kind = CircuitProbed if standing.change == "probed" else CircuitClosed
            tell(kind, label, dependency=what)
        return standing


def outcome_of(error: Exception, breaker: CircuitBreaker) -> str:
    """What a failed call says of its dependency: nothing, where it is agentgraph that refused it."""
    if isinstance(error, AgentgraphError) and not isinstance(error, ContractViolation):
        return "none"
    return "failed" if is_named(error, breaker.on) else "ok"


def gate_of(spec: AgentSpec | ToolSpec, policies: Policies) -> Gate | None:
    """The gate before an agent or tool to which `policies` apply; None: nothing stands before it."""
    dependency = dependency_of(spec)
    breaker = policies.breaker if dependency is not None else None
    turns = turns_of(spec, policies)
    if breaker is None and turns is None:
        return None
    return Gate(dependency or spec.name, breaker, turns)


def gate_of_model(role: str, policies: Policies) -> Gate | None:
    """The gate before a model that stands in; as `gate_of`."""
    turns = turns_in("inference", bounds_of("inference", policies), policies)
    if policies.breaker is None and turns is None:
        return None
    return Gate(f"model {role}", policies.breaker, turns)


def dependency_of(spec: AgentSpec | ToolSpec) -> str | None:
    """Whose failure its calls may run into: the service it names, its model, or itself where it has a breaker.

    None: a breaker that is declared for all is not for what depends on nothing.
    """
    if spec.needs is not None:
        return spec.needs
    if isinstance(spec, AgentSpec) and spec.kind == "model":
        return f"model {spec.model or 'default'}"
    return spec.name if spec.policies.breaker is not None else None
