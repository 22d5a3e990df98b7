"""A later turn decides by what an earlier one has written.

## What

With a checkpointer every key keeps its value from turn to turn. A node writes a key in some cases only, nobody takes it
back in the others, and the router behind the node decides by it.

## Why

The first turn works. After one turn that wrote the key, all later ones are routed by it, although they give no cause.

## Example

    def check(state):
        if state["language"] not in WORDS:
            return {"error": "no dictionary"}
        return {}                         # the error of the last turn is still there

    def after_check(state): return "explain" if state.get("error") else "translate"

## Instead

Write the key in every case: `return {"error": ""}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.adopt.adopted import Adopted, BranchFacts, NodeFacts
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.plain.places import writes
from agentgraph.read.node_facts import Outcome

CODE = "AG823"
SEVERITY = "warning"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    adopted = flow.adopted
    if adopted is None or not adopted.remembers or adopted.nested:
        return
    if not all(facts.can_be_read for facts in adopted.nodes.values()):
        return
    for branch in adopted.branches:
        facts = adopted.nodes.get(branch.node)
        for key in _decided_by(branch) if facts is not None else ():
            silent = _leaves_it(adopted, facts, key) if facts is not None else None
            if facts is not None and silent is not None:
                yield _fault(facts, branch, key, silent)


def _decided_by(branch: BranchFacts) -> list[str]:
    """The keys that a router looks for: that they may be missing is what it decides by."""
    reads = branch.body.reads if branch.body is not None else ()
    return list(dict.fromkeys(read.key for read in reads if read.how == "guarded"))


def _leaves_it(adopted: Adopted, facts: NodeFacts, key: str) -> Outcome | None:
    """The outcome that leaves the key as it was, where others write it and no other node does."""
    if facts.body is None or key in adopted.reducers or key in adopted.state.required:
        return None
    own = [write for _, write in writes(facts) if write.key == key]
    others = [n for n, one in adopted.nodes.items() if n != facts.name and _may_write(one, key)]
    if (
        not own
        or others
        or not (adopted.input.made_of is adopted.state.made_of or key not in adopted.input.types)
    ):
        return None
    return next((one for one in facts.body.outcomes if _is_silent(one, key)), None)


def _may_write(facts: NodeFacts, key: str) -> bool:
    if facts.inner is not None:
        return key in facts.inner.output.types
    body = facts.body
    echoes = body is not None and any(one.echoes or one.kind == "object" for one in body.outcomes)
    return echoes or any(write.key == key for _, write in writes(facts))


def _is_silent(one: Outcome, key: str) -> bool:
    plain = one.kind in ("mapping", "command", "nothing") and not one.open and not one.echoes
    return plain and not one.targets and all(write.key != key for write in one.keys)


def _fault(facts: NodeFacts, branch: BranchFacts, key: str, silent: Outcome) -> Fault:
    return Fault(
        message=f"{branch.name} decides by {key}, which {facts.name} leaves as an earlier turn wrote it",
        at=f"{facts.name}.{key}",
        source=silent.source,
        help=f"write {key} in every case",
    )
