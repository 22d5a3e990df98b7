"""An effect that comes before a pause in the same body: it happens again.

## What

A body calls a tool that changes something, and after that waits for a person: at `interrupt(...)`,
or at a tool with `approval=`.

## Why

A body that has waited does not go on where it stood. Once the answer is there it runs again from
its first line, and what came before the pause happens a second time. In tests nobody waits, so
nobody sees two letters go out.

## Example

    @agent(tools=[send_letter, refund_order])           # refund_order has approval=
    def settle(order_id: str, amount: Decimal) -> Settled:
        send_letter(order_id)                           # sent before the question, and again after it
        return Settled(refund=refund_order(order_id, amount))

## Instead

Wait first and act after, or give the effect an agent of its own before this one: an agent that
has finished does not run again. Of a tool for which twice is as once say `idempotent=True`, or
`keyed=True` where it honours `ctx.idempotency_key`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.bodies import Body, Step, bodies_of
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.outside import is_recorded, is_sending
from agentgraph.check.plain.effects import is_effect
from agentgraph.check.where import in_brackets

CODE = "AG506"
SEVERITY = "warning"
GRAPHS = ("declared", "adopted")


def find(flow: Flow) -> Iterator[Fault]:
    for body in bodies_of(flow):
        pauses = list(body.pauses())
        told = set()
        for effect in body.steps if pauses else ():
            pause = next((one for one in pauses if effect.comes_before(one)), None)
            if (
                pause is not None
                and _repeats(flow, body, effect)
                and effect.call.source not in told
            ):
                told.add(effect.call.source)
                yield _fault(body, effect, pause)


def _repeats(flow: Flow, body: Body, step: Step) -> bool:
    """Whether a second call of it does something a second time."""
    if is_recorded(step.call):
        return False
    if flow.adopted is not None and not step.reached.through and is_effect(step.call):
        return True
    if step.tool is None:
        return is_sending(step.call)
    spec = step.tool.spec
    if spec is None or not body.is_allowed(step.tool):
        return False
    return not (spec.read_only or spec.idempotent or spec.keyed)


def _fault(body: Body, effect: Step, pause: Step) -> Fault:
    name, waits = effect.name, pause.name
    help_ = f"call {name} after the pause, or in an agent before {body.agent.name}"
    if effect.tool is not None:
        help_ += "; idempotent=True or keyed=True says that twice is as once"
    return Fault(
        message=f"{name} happens again once {waits} has its answer: {body.agent.name} then runs from its first line",
        at=f"{body.agent.name}.{name}",
        source=effect.call.source,
        owner=body.agent.owner,
        reasons=(*effect.ways, f"it waits at: {waits}{in_brackets(pause.call.source)}"),
        help=help_,
    )
