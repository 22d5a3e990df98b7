"""Maps made ready: one run of the target per element, or none and on we go."""

from __future__ import annotations

from collections.abc import Callable

from langgraph.types import Send

from agentgraph.compile.fields import set_write
from agentgraph.compile.guards import View
from agentgraph.compile.internals import MISSING, TASKS
from agentgraph.compile.route_error import RouteError
from agentgraph.compile.routing import Routing
from agentgraph.compile.tokens import Take, Tokens
from agentgraph.lower.refusals import RESERVED_KEY
from agentgraph.model.plan import Spread

WhenEmpty = Callable[[str, Routing], tuple[list[Take], list[str]]]
"""Of a Map's target: the exits to take where there is no element, and what they look at."""


def spread(
    exit_: Spread, owner: str, routing: Routing, when_empty: WhenEmpty
) -> tuple[Take, tuple[str, ...]]:
    """The Map made ready, and the fields it looks at.

    An item is given what its target reads, as the source left it, and its element; under
    the reserved key stands where its result goes.
    """
    over, into, target = exit_.over, exit_.into, exit_.target
    reads = tuple(field for field in routing.reads[target] if field != exit_.each)
    empty, empty_needs = when_empty(target, routing)
    fault = f"its Map goes over {over!r}, which is not a list"
    reduced = into in routing.reduced

    def take(view: View, tokens: Tokens) -> None:
        elements = view.get(over, MISSING)
        if not isinstance(elements, list):
            raise RouteError(f"{routing.graph}.{owner}", fault)
        tokens.writes.append((into, set_write([]) if reduced else []))
        if not elements:
            for way_on in empty:
                way_on(view, tokens)
            return
        given = {field: view[field] for field in reads if field in view}
        given[RESERVED_KEY] = into
        tokens.send.append(target)
        for element in elements:
            tokens.writes.append((TASKS, Send(target, {**given, exit_.each: element})))

    return take, (over, *reads, *empty_needs)
