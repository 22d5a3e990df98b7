"""What a call passes before its first attempt: the circuit of what it depends on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from agentgraph.call.attempts import is_named
from agentgraph.call.circuits import CIRCUITS
from agentgraph.call.effects import Invoke, Steps
from agentgraph.call.errors import CircuitOpenError
from agentgraph.call.services import Services
from agentgraph.errors import AgentgraphError, ContractViolation
from agentgraph.model.agent import AgentSpec
from agentgraph.model.policy import CircuitBreaker, Policies
from agentgraph.model.tool import ToolSpec
from agentgraph.observe.events import CircuitClosed, CircuitOpened, CircuitProbed
from agentgraph.remember.ports import Circuits, Standing

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Gate:
    """Before the calls of one agent or tool. `dependency` is whose circuit `breaker` is."""

    dependency: str
    breaker: CircuitBreaker

    def passed(self, label: str, services: Services, steps: Steps[T]) -> Steps[T]:
        """The result of `steps`, let through. CircuitOpenError: it was not even begun."""
        ticket = yield from self._admitted(label, services)
        try:
            result = yield from steps
        except services.signals:
            yield from self._told(label, services, ticket, "none")
            raise
        except Exception as error:
            yield from self._told(label, services, ticket, outcome_of(error, self.breaker))
            raise
        # Who is cancelled tells nothing, and waits for nothing: a probe that is lost runs out.
        yield from self._told(label, services, ticket, "ok")
        return result

    def _admitted(self, label: str, services: Services) -> Steps[str]:
        def ask(circuits: Circuits) -> Standing:
            return circuits.admit(self.dependency, self.breaker)

        standing = yield from self._asked(label, services, ask)
        if not standing.ticket:
            raise CircuitOpenError(
                label, self.dependency, standing.seconds, standing.failed, standing.calls
            )
        return standing.ticket

    def _told(self, label: str, services: Services, ticket: str, outcome: str) -> Steps[None]:
        def tell(circuits: Circuits) -> Standing:
            return circuits.record(self.dependency, self.breaker, ticket, outcome)

        yield from self._asked(label, services, tell)

    def _asked(
        self, label: str, services: Services, ask: Callable[[Circuits], Standing]
    ) -> Steps[Standing]:
        """The answer of the circuits, where they stand; a change is told."""
        shared = services.circuits
        if shared is None:
            standing = ask(CIRCUITS)
        else:
            standing = yield Invoke(lambda: ask(shared))
        name = {"dependency": self.dependency}
        if standing.change == "opened":
            seconds, failed, calls = standing.seconds, standing.failed, standing.calls
            services.tell(CircuitOpened, label, **name, seconds=seconds, failed=failed, calls=calls)
        elif standing.change:
            kind = CircuitProbed if standing.change == "probed" else CircuitClosed
            services.tell(kind, label, **name)
        return standing


def outcome_of(error: Exception, breaker: CircuitBreaker) -> str:
    """What a failed call says of its dependency: nothing, where it is agentgraph that refused it."""
    if isinstance(error, AgentgraphError) and not isinstance(error, ContractViolation):
        return "none"
    return "failed" if is_named(error, breaker.on) else "ok"


def gate_of(spec: AgentSpec | ToolSpec, policies: Policies) -> Gate | None:
    """The gate before an agent or tool to which `policies` apply; None: nothing stands before it."""
    breaker = policies.breaker
    dependency = dependency_of(spec)
    if breaker is None or dependency is None:
        return None
    return Gate(dependency, breaker)


def dependency_of(spec: AgentSpec | ToolSpec) -> str | None:
    """Whose failure its calls may run into: the service it names, its model, or itself where it has a breaker.

    None: a breaker that is declared for all is not for what depends on nothing.
    """
    if spec.needs is not None:
        return spec.needs
    if isinstance(spec, AgentSpec) and spec.kind == "model":
        return f"model {spec.model or 'default'}"
    return spec.name if spec.policies.breaker is not None else None
