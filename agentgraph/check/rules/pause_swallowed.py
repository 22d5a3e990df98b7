"""An `except` that swallows a pause: the person is never asked.

## What

`interrupt(...)`, or a call of a tool with `approval=`, stands in a `try` whose `except Exception`
(or a bare one, or `BaseException`, or `contextlib.suppress`) does not raise again; or a `finally`
around it returns.

## Why

A pause is an exception on its way through the body to the engine, and `except Exception` catches
it. Nobody is asked, the run goes on as if the tool had failed, and the approval that was to guard
the effect has become an error message.

## Example

    @agent(tools=[refund_order], writes="outcome")      # refund_order has approval=
    def settle(order_id: str) -> str:
        try:
            return refund_order(order_id)
        except Exception:                               # catches the pause as well
            return "failed"

## Instead

Catch what the call is known to raise: `except (RefundError, ToolDeniedError)`. Or move the call
out of the `try`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.bodies import Body, Step, bodies_of
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.where import in_brackets
from agentgraph.model.source import Source
from agentgraph.read.facts import Guard, Handler

CODE = "AG507"
SEVERITY = "error"
GRAPHS = ("declared", "adopted")

# LangGraph's pause is an Exception; who names it knows what he does.
_CATCHING = frozenset({"Exception", "BaseException"})
_KNOWING = frozenset({"langgraph.errors.GraphInterrupt", "langgraph.errors.GraphBubbleUp"})


def find(flow: Flow) -> Iterator[Fault]:
    for body in bodies_of(flow):
        told = set()
        for pause in body.pauses():
            caught = _swallowed(pause)
            if caught is not None and caught[0] not in told:
                told.add(caught[0])
                yield _fault(body, pause, *caught)


def _swallowed(pause: Step) -> tuple[Source, str, bool] | None:
    """Where the pause ends on its way out, by what, and whether that is certain. None: it gets out."""
    for call in reversed(pause.reached.chain):
        for guard in reversed(call.guards):
            handler = _catching(guard)
            if handler is not None and handler.again == "never":
                named = ", ".join(handler.types)
                return handler.source, f"except {named}", not handler.hands_on
            if handler is not None and handler.again == "may":
                return None
            if guard.leaves is not None:
                return guard.leaves, "the return in its finally", True
    return None


def _catching(guard: Guard) -> Handler | None:
    """The first handler that a pause meets; None where all let it pass."""
    for handler in guard.handlers:
        if _KNOWING & set(handler.types):
            # Caught by its name: not by mistake.
            return Handler(types=handler.types, source=handler.source, again="may")
        if _CATCHING & set(handler.types):
            return handler
    return None


def _fault(body: Body, pause: Step, source: Source, by: str, certain: bool) -> Fault:
    help_ = "catch only what the call is known to raise, or move it out of the try"
    return Fault(
        message=f"{body.agent.name} never waits at {pause.name}: the pause is swallowed by {by}",
        severity="error" if certain else "warning",
        at=f"{body.agent.name}.{pause.name}",
        source=source,
        owner=body.agent.owner,
        reasons=(*pause.ways, f"it is to wait at: {pause.name}{in_brackets(pause.call.source)}"),
        help=help_,
    )
