"""A value of chance, the clock or the outside that a second run of the body gets differently.

## What

A body takes a random number, an id of its own making, a time or a setting, and shows it to a person
at a pause and uses it after that; or it makes a new id the argument of a tool that changes
something. As a note: it reaches the network or starts a program itself, and not by way of a tool.

## Why

A body runs again from its first line after a pause, a retry or a crash, and then it gets another
value: the person has said yes to one number, and another is used; the retried payment has a new
reference, and is a second payment. What a body does outside of tools stands on no list, has no
timeout of its own and is in no trace.

## Example

    @agent(tools=[pay])
    def settle(invoice_id: str, amount: Decimal) -> Paid:
        return Paid(receipt=pay(invoice_id, amount, key=str(uuid4())))   # a new key on every run

## Instead

`ctx.idempotency_key` is the same over retries and resumes; what depends on it can be derived from
it. What has to be the same before and after a pause is written by an agent before this one. A look
outside is a tool: `@tool(read_only=True)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.bodies import Body, Step, bodies_of
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.outside import CHANCE, CLOCK, ENVIRONMENT, IDENTITY, is_network, is_recorded
from agentgraph.check.where import in_brackets
from agentgraph.model.source import Source

CODE = "AG508"
SEVERITY = "warning"

_TELLING = frozenset({"print", "emit", "debug", "info", "warning", "error", "exception", "log"})


def find(flow: Flow) -> Iterator[Fault]:
    for body in bodies_of(flow):
        told: set[Source] = set()
        for fault in (*_across_pauses(body), *_as_identity(body), *_outside(body)):
            if fault.source is not None and fault.source not in told:
                told.add(fault.source)
                yield fault


def _across_pauses(body: Body) -> Iterator[Fault]:
    """What a person is shown, and what is then used is another."""
    pauses = [one for one in body.pauses() if not one.reached.through]
    for made in _made(body, CHANCE | CLOCK | ENVIRONMENT):
        for pause in pauses:
            used = _used(body, made, pause) if _goes_into(made, pause) else None
            if used is not None:
                message = f"{body.agent.name} shows a person what {made.name} gave, and uses another value after the answer"
                yield _fault(body, made, message, f"used at: {used.name}", used.call.source)


def _used(body: Body, made: Step, pause: Step) -> Step | None:
    """Where a value that was shown is used once there is an answer; a time that a tool is given is only noted down."""
    if pause.tool is not None and made.call.name in CHANCE:
        return pause
    for step in body.steps:
        told = step.call.written.rpartition(".")[2] in _TELLING
        direct = not step.reached.through and step is not pause and not told
        if direct and _goes_into(made, step) and pause.comes_before(step):
            return step
    return None


def _goes_into(made: Step, step: Step) -> bool:
    return any(made.call.number in one.calls for one in step.call.arguments)


def _as_identity(body: Body) -> Iterator[Fault]:
    """A fresh id that an effect is given."""
    for made in _made(body, IDENTITY):
        for step in body.steps:
            direct = not step.reached.through and _is_effect(step)
            if direct and _goes_into(made, step):
                message = f"{body.agent.name} gives {step.name} a new {made.name} on every run: a retry is another effect"
                yield _fault(body, made, message, f"given to: {step.name}", step.call.source)


def _outside(body: Body) -> Iterator[Fault]:
    for step in body.steps:
        if step.tool is None and is_network(step.call) and not is_recorded(step.call):
            yield Fault(
                message=f"{body.agent.name} reaches outside by itself, at {step.name}: no list of tools, limit or trace knows of it",
                severity="note",
                at=f"{body.agent.name}.{step.name}",
                source=step.call.source,
                owner=body.agent.owner,
                reasons=step.ways,
                help="make it a tool, and name it in tools=",
            )


def _made(body: Body, names: frozenset[str]) -> Iterator[Step]:
    """The calls of these names in the body itself."""
    for step in body.steps:
        if step.call.name in names and not step.reached.through and not is_recorded(step.call):
            yield step


def _is_effect(step: Step) -> bool:
    return step.tool is not None and step.tool.spec is not None and not step.tool.spec.read_only


def _fault(body: Body, made: Step, message: str, what: str, source: Source) -> Fault:
    return Fault(
        message=message,
        at=f"{body.agent.name}.{made.name}",
        source=made.call.source,
        owner=body.agent.owner,
        reasons=(f"{what}{in_brackets(source)}",),
        help="derive it from ctx.idempotency_key, or let an agent before this one write it",
    )
