"""What routers and commands of a foreign graph lead to, as exits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from agentgraph.adopt.adopted import BranchFacts, NodeFacts
from agentgraph.read.node_facts import Outcome, Target

Takes = Literal["one", "at most one", "any"]
END_NODE = "__end__"


@dataclass(frozen=True, slots=True)
class Led:
    """A target that may be taken, by LangGraph's name; `said` is where that is written."""

    target: str
    label: object = None
    sends: bool = False
    said: Target | None = None


@dataclass(frozen=True, slots=True)
class Choosing:
    """All that one router or command may do; `together` as of `model.plan.Choose`.

    `opaque`: it may lead anywhere; `unsure`: to these, but perhaps to several at once, or never to some.
    """

    led: tuple[Led, ...]
    takes: Takes
    opaque: bool = False
    unsure: bool = False
    together: tuple[tuple[int, ...], ...] = ()


def of_branch(branch: BranchFacts, nodes: frozenset[str]) -> Choosing:
    """What a router may do."""
    known = branch.ends
    every = (
        tuple(dict.fromkeys(known.values())) if known is not None else (*sorted(nodes), END_NODE)
    )
    body = branch.body
    outcomes = [one for one in body.outcomes if not one.falls] if body is not None else []
    said = [target for one in outcomes for target in one.targets]
    if not outcomes or not all(one.is_known for one in said) or any(map(_says_nothing, outcomes)):
        # A word that is not known may be any that the map has.
        led = [Led(name, _label(known, name)) for name in every]
        sent = {branch.target(one): one for one in said if one.is_known and one.sends}
        led += [
            Led(name, sends=True, said=one) for name, one in sent.items() if name in nodes and name
        ]
        return Choosing(tuple(led), "at most one", opaque=known is None, unsure=True)
    return _choosing(outcomes, [(one, branch.target(one)) for one in said], nodes)


def of_commands(node: NodeFacts, nodes: frozenset[str]) -> Choosing | None:
    """What the commands that a node returns may do; None: it returns none, as far as can be seen."""
    body = node.body
    outcomes = [one for one in body.outcomes if one.kind == "command"] if body is not None else []
    outcomes = [one for one in outcomes if not one.to_parent]
    said = [target for one in outcomes for target in one.targets]
    unseen = body is None or any(one.kind == "unknown" for one in body.outcomes)
    if (unseen or not all(one.is_known for one in said)) and node.declared:
        led = [Led(name) for name in node.declared if name in nodes or name == END_NODE]
        return Choosing(tuple(led), "at most one", unsure=True)
    if not said:
        return None
    if not all(one.is_known for one in said):
        led = [Led(name) for name in (*sorted(nodes), END_NODE)]
        return Choosing(tuple(led), "at most one", opaque=True, unsure=True)
    assert body is not None
    others = [one for one in body.outcomes if one.kind != "command"]
    named = [(one, one.label if isinstance(one.label, str) else None) for one in said]
    return _choosing([*outcomes, *others], named, nodes)


def _says_nothing(one: Outcome) -> bool:
    return one.kind != "nothing" and not one.targets and not one.maybe_none


def _choosing(
    outcomes: list[Outcome], said: Iterable[tuple[Target, str | None]], nodes: frozenset[str]
) -> Choosing:
    led: dict[tuple[str, bool], Led] = {}
    for target, name in said:
        if name is not None and (name in nodes or name == END_NODE):
            led.setdefault((name, target.sends), Led(name, target.label, target.sends, target))
    takes: Takes = "one"
    if any(one.several for one in outcomes):
        takes = "any"
    elif any(one.maybe_none or not one.targets for one in outcomes):
        takes = "at most one"
    found = tuple(_ended(led.values()))
    return Choosing(found, takes, together=_together(outcomes, found) if takes == "any" else ())


def _together(outcomes: list[Outcome], led: tuple[Led, ...]) -> tuple[tuple[int, ...], ...]:
    """Which targets are named at once; () where that is not known of all outcomes."""
    position = {(one.said.label, one.sends): n for n, one in enumerate(led) if one.said is not None}
    sets: dict[tuple[int, ...], None] = {}
    for one in outcomes:
        if one.several and (one.maybe_none or any(target.repeats for target in one.targets)):
            return ()
        named = [position.get((target.label, target.sends)) for target in one.targets]
        sets[tuple(n for n in named if n is not None)] = None
        if one.maybe_none:
            sets[()] = None
    return tuple(sets)


def _ended(led: Iterable[Led]) -> Iterator[Led]:
    """Nothing can be sent to the end."""
    return (one for one in led if not (one.sends and one.target == END_NODE))


def _label(ends: object, name: str) -> object:
    items = ends.items() if isinstance(ends, dict) else ()
    return next((label for label, end in items if end == name), None)
