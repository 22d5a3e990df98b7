"""One agent call from end to end: accept, attempt, produce, fall back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from agentgraph.call.attempts import attempts, describe_error
from agentgraph.call.context import RunContext
from agentgraph.call.deadlines import in_time
from agentgraph.call.effects import Invoke, Steps
from agentgraph.call.errors import GuardBlockedError, NoModelError
from agentgraph.call.known import root
from agentgraph.call.model_call import ask_model
from agentgraph.call.person import ask_person
from agentgraph.call.ports import accept, updates
from agentgraph.call.prepared import Prepared
from agentgraph.call.recorder import ending
from agentgraph.call.running import Running
from agentgraph.call.services import Services
from agentgraph.call.strands import ainside, inside
from agentgraph.declare.running import RUNNING
from agentgraph.declare.standing_in import standing_in
from agentgraph.errors import ContractViolation
from agentgraph.model.agent import AgentSpec
from agentgraph.model.contract import Json
from agentgraph.model.policy import Fallback
from agentgraph.observe.clock import clock
from agentgraph.observe.events import AgentFailed, AgentFinished, AgentStarted, Degraded


def call_agent(
    agent: Prepared, values: Mapping[str, Json], services: Services
) -> Steps[dict[str, Json]]:
    """The state update that an agent makes of the state's values.

    ContractViolation: what reaches it does not fit, or its result does not. Else the body's own
    exception, when all attempts and fallbacks have failed; a note on it says where.
    """
    started = clock().monotonic()
    services.tell(AgentStarted, agent.label)
    recorder = services.recorder
    if recorder is not None:
        yield from recorder.load()
    try:
        steps = _produced(agent, values, services)
        produced = yield from (steps if recorder is None else ending(recorder, steps))
    except services.signals:
        raise
    except Exception as error:
        if recorder is not None:
            yield from recorder.failed()
        seconds = clock().monotonic() - started
        told = describe_error(error, services.hidden)
        services.tell(AgentFailed, agent.label, seconds=seconds, error=told)
        if services.hidden is not None:
            services.hidden.error(error)
        note = f"in agent {agent.label}" + (f" ({agent.spec.source})" if agent.spec.source else "")
        if note not in getattr(error, "__notes__", ()):  # equal calls under way share their error
            error.add_note(note)
        raise
    update = updates(agent.spec, produced)
    seconds = clock().monotonic() - started
    services.tell(
        AgentFinished,
        agent.label,
        seconds=seconds,
        wrote=tuple(update),
        degraded=services.marks.degraded,
    )
    return update


def _produced(agent: Prepared, values: Mapping[str, Json], services: Services) -> Steps[Json]:
    try:
        values = _admitted(agent, values, services)
    except GuardBlockedError as error:
        return _value_standing_in(agent, services, error)
    arguments = accept(agent.label, agent.taken, values)
    try:
        return (yield from _tried(agent, arguments, services))
    except services.signals:
        raise
    except Exception as error:
        if not agent.policies.fallbacks:
            raise
        return (yield from _fallen_back(agent, arguments, values, services, error))


def _admitted(
    agent: Prepared, values: Mapping[str, Json], services: Services
) -> Mapping[str, Json]:
    """The values that the agent reads, past its guards. GuardBlockedError: one of them may not be read."""
    if agent.guarding is None:
        return values
    read = {read.field: values[read.field] for read in agent.spec.reads if read.field in values}
    passed = agent.guarding.passed(agent.label, services, "input", read)
    return values if passed is read else {**values, **passed}


def _value_standing_in(agent: Prepared, services: Services, error: GuardBlockedError) -> Json:
    """The first fixed value among the fallbacks: what may not be read is read by nobody else instead."""
    for fallback in agent.policies.fallbacks:
        if fallback.kind == "value":
            by = _described(fallback)
            services.tell(
                Degraded, agent.label, by=by, because=describe_error(error, services.hidden)
            )
            services.marks.degrade()
            return agent.fitting("a fixed value", fallback.value)
    raise error


def _given_out(agent: Prepared, services: Services, produced: Json) -> Json:
    """What was produced, past the guards. GuardBlockedError, ContractViolation: it may not be given out."""
    if agent.guarding is None:
        return produced
    passed = agent.guarding.passed(agent.label, services, "output", produced)
    return produced if passed is produced else agent.fitting("what a guard has left", passed)


def _tried(agent: Prepared, arguments: dict[str, Any], services: Services) -> Steps[Json]:
    recalling = agent.recalling
    if recalling is None:
        return _asked(agent, arguments, services)
    given = {
        one.name: one.codec.to_json(arguments[one.name])
        for one in agent.taken
        if one.name in arguments
    }
    return recalling.recalled(
        agent.label, services, given, lambda: _asked(agent, arguments, services)
    )


def _asked(agent: Prepared, arguments: dict[str, Any], services: Services) -> Steps[Json]:
    steps = _attempted(agent, arguments, services)
    return steps if agent.gate is None else agent.gate.passed(agent.label, services, steps)


def _attempted(agent: Prepared, arguments: dict[str, Any], services: Services) -> Steps[Json]:
    if agent.policies.retry is None:
        return _once(agent, arguments, services, 1)
    return attempts(
        lambda attempt: _once(agent, arguments, services, attempt),
        agent.policies.retry,
        services,
        agent.label,
    )


def _once(
    agent: Prepared, arguments: dict[str, Any], services: Services, attempt: int
) -> Steps[Json]:
    """One attempt: the produced value as JSON, held against its contract."""
    kind = agent.spec.kind
    if kind == "model":
        role = agent.spec.model or "default"
        produced = yield from ask_model(agent, arguments, services, role, attempt)
    elif kind == "person":
        produced = ask_person(agent, arguments, services)
    else:
        result = yield from _invoked(agent, arguments, services, attempt)
        try:
            produced = agent.produce(result)
        except ContractViolation:
            if services.hidden is not None:
                services.hidden.learn_result(agent.spec, result)
            raise
    return _given_out(agent, services, produced)


def _invoked(
    agent: Prepared, arguments: dict[str, Any], services: Services, attempt: int
) -> Steps[Any]:
    function = standing_in(agent.body.function)
    running = Running(agent, services, attempt)
    if agent.body.signature.context is not None:
        arguments = {
            agent.body.signature.context: RunContext(agent.label, services, attempt, running),
            **arguments,
        }
    call: Callable[[], Any] = lambda: function(**arguments)  # noqa: E731  # wrapped where steps are recorded
    if services.recorder is not None:
        call = (ainside if agent.awaits else inside)(services, root(running.scope), None, call)
    token = RUNNING.set(running)
    try:
        return (
            yield from in_time(
                agent.label,
                services,
                agent.policies.timeout,
                lambda seconds: (
                    Invoke(None, call, seconds) if agent.awaits else Invoke(call, None, seconds)
                ),
            )
        )
    finally:
        RUNNING.reset(token)
        running.end()


def _fallen_back(
    agent: Prepared,
    arguments: dict[str, Any],
    values: Mapping[str, Json],
    services: Services,
    error: Exception,
) -> Steps[Json]:
    """What the first fallback that succeeds gives; the last exception where none does."""
    for fallback in agent.policies.fallbacks:
        by = _described(fallback)
        because = describe_error(error, services.hidden)
        services.tell(Degraded, agent.label, by=by, because=because)
        try:
            produced = yield from _stood_in(agent, fallback, arguments, values, services)
        except services.signals:
            raise
        except Exception as next_error:  # noqa: BLE001  # the chain goes on; the last one is raised
            next_error.__context__ = error
            error = next_error
        else:
            services.marks.degrade()
            return produced
    raise error


def _stood_in(
    agent: Prepared,
    fallback: Fallback,
    arguments: dict[str, Any],
    values: Mapping[str, Json],
    services: Services,
) -> Steps[Json]:
    if fallback.kind == "value":
        return agent.fitting("a fixed value", fallback.value)
    if fallback.kind == "model":
        steps = ask_model(agent, arguments, services, fallback.name, 1)
        gate = agent.model_gates.get(fallback.name)
        produced = yield from gate.passed(agent.label, services, steps) if gate else steps
    else:
        stand_in = agent.stand_ins[fallback.name]
        made = yield from _produced(stand_in, values, services)
        produced = agent.fitting(stand_in.spec.name, made)
    return _given_out(agent, services, produced)


def _described(fallback: Fallback) -> str:
    return {"agent": fallback.name, "model": f"model {fallback.name}", "value": "a fixed value"}[
        fallback.kind
    ]


def needs_model(spec: AgentSpec, label: str, models: Mapping[str, Any]) -> NoModelError | None:
    """The error of a model-backed agent that has neither a model nor a fallback that could stand in."""
    if spec.kind != "model" or (spec.model or "default") in models or "default" in models:
        return None
    if any(one.kind != "model" or one.name in models for one in spec.policies.fallbacks):
        return None
    return NoModelError(label, spec.model or "default")
