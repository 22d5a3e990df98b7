"""How far an adopted graph can be judged: what it may do that cannot be seen, and what hangs on what."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.places import Option
from agentgraph.model.plan import Choose

if TYPE_CHECKING:
    from agentgraph.adopt.adopted import Adopted, NodeFacts


def is_opaque(adopted: Adopted) -> bool:
    """Whether some node or router may lead to nodes that are not seen to follow it."""
    return bool(adopted.opaque) or any(map(leads_anywhere, adopted.nodes.values()))


def leads_anywhere(facts: NodeFacts) -> bool:
    """Whether a node may return a command to nodes that cannot be told."""
    if facts.inner is not None:
        return any(_leaves(one) for one in facts.inner.nodes.values())
    if facts.declared is not None or facts.makes_text:
        return False
    return facts.body is None or any(one.kind == "unknown" for one in facts.body.outcomes)


def _leaves(facts: NodeFacts) -> bool:
    """Whether a node of a graph within may command the one around it."""
    if leads_anywhere(facts):
        return True
    return facts.body is not None and any(one.to_parent for one in facts.body.outcomes)


def decisions_to(flow: Flow, item: int, run: int) -> int:
    """The fewest decisions on a way from START on which `item` gets to the run.

    Two decisions may hang together: that the way with both is ever gone is then not certain.
    """
    alike = flow.items.alike(item)
    best = {0: 0}
    todo = deque([0])
    while todo:
        current = todo.popleft()
        if current not in flow.known.left:
            continue
        for option in flow.web.options(current):
            cost = best[current] + _decides(flow, current, option)
            for mark in option.marks:
                after = flow.web.starts(mark)
                if (
                    after is None
                    or not _arrives(flow, after, alike)
                    or best.get(after, 1 << 30) <= cost
                ):
                    continue
                best[after] = cost
                todo.append(after)
    return best.get(run, 1 << 30)


def _decides(flow: Flow, run: int, option: Option) -> int:
    exit_ = option.exit
    if not isinstance(exit_, Choose):
        return 0
    options = (
        next(o for o in flow.web.normal[run] if option in o) if option in _normal(flow, run) else ()
    )
    return int(len(options) > 1)


def _normal(flow: Flow, run: int) -> list[Option]:
    return [option for options in flow.web.normal[run] for option in options]


def _arrives(flow: Flow, run: int, alike: int) -> bool:
    state = flow.known.at.get(run)
    return state is not None and any(fact & alike for fact in state.values())
