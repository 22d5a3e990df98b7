"""What is in a reduced key is handed back, and so added once more.

## What

A key has a reducer that adds (`operator.add`), and a node returns what it was given of it: the whole state, the key
as it was, or, being a graph, a key that is in its input and its output.

## Why

The reducer adds what comes to what there is: all that was in the list is in it twice afterwards.

## Example

    log: Annotated[list[str], operator.add]

    def mitigate(state):
        return {**state}                 # log is doubled

## Instead

Return only what is new. Give an inner graph an `input_schema` or `output_schema` without the key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agentgraph.adopt.adopted import NodeFacts
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.plain.kinds import adds
from agentgraph.check.plain.readers import is_filled_before
from agentgraph.model.source import Source

CODE = "AG813"
SEVERITY = "error"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    adopted = flow.adopted
    if adopted is None:
        return
    adding = [key for key, reducer in adopted.reducers.items() if adds(reducer)]
    for facts in adopted.nodes.values():
        for key in adding:
            place = _echoed(facts, key)
            if place is not None and is_filled_before(flow, facts.name, key):
                yield _fault(facts, key, place)
                break


def _echoed(facts: NodeFacts, key: str) -> Source | None:
    """Where the node hands back what it was given of the key."""
    inner = facts.inner
    if inner is not None:
        through = key in inner.input.types and key in inner.output.types
        return facts.source if through and not _is_reset(inner.nodes.values(), key) else None
    for one in facts.body.outcomes if facts.body is not None else ():
        own = [write for write in one.keys if write.key == key]
        if any(write.echoes for write in own):
            return one.source
        if one.echoes and not own and key in facts.takes.types:
            return one.source
    return None


def _is_reset(nodes: Iterable[NodeFacts], key: str) -> bool:
    """Whether some node within may take the old away."""
    for facts in nodes:
        if not facts.can_be_read:
            return True
        for one in facts.body.outcomes if facts.body is not None else ():
            if any(write.key == key and write.shape == "overwrite" for write in one.keys):
                return True
    return False


def _fault(facts: NodeFacts, key: str, place: Source) -> Fault:
    what = "hands back" if facts.inner is None else "is a graph that hands back"
    return Fault(
        message=f"{facts.name} {what} the {key} that it was given, and its reducer adds that once more",
        at=f"{facts.name}.{key}",
        source=place,
        help=f"return only what is new of {key}"
        if facts.inner is None
        else f"give {facts.name} an input_schema or output_schema without {key}",
    )
