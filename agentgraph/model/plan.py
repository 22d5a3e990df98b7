"""The Plan: the very nodes, triggers and joins that will run.

Lowered from a `GraphSpec` (or adopted from a foreign graph). The checker reads it, the
compiler carries it out: what is checked is what runs.

When a node has finished, all its exits are looked at, each on its own: `Go` may take its
target, `Choose` takes exactly one, `Spread` starts one run of its target per element.
A target that is the node of a `Join` is not started: the exit arrives at the join.

What a foreign engine does otherwise has nouns of its own, which lowering never makes: an exit
that takes any number of its branches, a branch that starts runs on payloads of their own, a
join that is a barrier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from agentgraph.model.agent import Read
from agentgraph.model.contract import Contract, Json
from agentgraph.model.guard import Guard
from agentgraph.model.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A bound on how often an exit is taken in one turn: `field` is its hidden state field."""

    field: str
    at_most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Go:
    """An exit to one target, where `when` holds (None: always).

    With a `counter`, after its bound `otherwise` is taken (None: nothing is).
    `way` is the index of the declared edge in `GraphSpec.ways`. `barrier` is the key of the
    barrier at which it arrives, "" where it leads to none.
    """

    kind: Literal["go"] = "go"
    target: str
    when: Guard | None = None
    counter: Counter | None = None
    otherwise: str | None = None
    barrier: str = ""
    way: int
    source: Source | None = None

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One branch of a `Choose`; see `model.graph.Case`.

    Where it `sends`, it starts any number of runs of its target, each on a payload of its own
    in place of the state.
    """

    target: str
    label: Json = None
    when: Guard | None = None
    sends: bool = False
    source: Source | None = None

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose:
    """An exit that takes exactly one branch; see `model.graph.RouteSpec`.

    Or, as `takes` says, none as well ("at most one"), or several at once ("any"): any of them, or,
    where that is known, one of the sets `together` (of their positions).
    """

    kind: Literal["choose"] = "choose"
    by: Literal["field", "cases", "function"]
    on: str | None = None
    branches: tuple[Branch, ...]
    otherwise: str | None = None
    reads: tuple[Read, ...] = ()
    returns: Contract | None = None
    takes: Literal["one", "at most one", "any"] = "one"
    together: tuple[tuple[int, ...], ...] = ()
    way: int
    source: Source | None = None

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """An exit that starts one run of `target` per element; see `model.graph.MapSpec`.

    Of an empty list, `into` becomes `[]` and `target`'s unconditional exits are taken.
    """

    kind: Literal["spread"] = "spread"
    over: str
    each: str
    target: str
    into: str
    way: int
    source: Source | None = None

    __hash__ = None  # type: ignore[assignment]


Exit = Go | Choose | Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node that will run: the agent `agent`, and its ways out.

    `failure` holds the exits taken instead of `exits` when the agent has given up; where
    it is empty, the run fails. `helper` marks nodes that lowering added (adapters).
    """

    name: str
    agent: str
    exits: tuple[Exit, ...] = ()
    failure: tuple[Exit, ...] = ()
    helper: bool = False
    source: Source | None = None

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """`node` waits until a source has arrived and nothing live can bring another.

    Live is what still runs, and every other join that waits.
    `sources` are the nodes (START among them, where an edge says so) that can arrive.
    `rank` orders joins: when nothing else will run, the lowest-ranked waiting one starts.

    A `barrier` (its key) waits for all of its sources, and never starts where one does not come;
    `node` may be started past it by other exits. The `last` ones wait until nothing else runs, whether
    it could lead there or not, and start together.
    """

    node: str
    sources: tuple[str, ...]
    rank: int
    barrier: str = ""
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that will run in one graph.

    `start` holds the exits of START; `counters` the hidden fields of bounded exits;
    `clears` the declared fields that a new turn clears (those not kept).
    """

    graph: str
    start: tuple[Exit, ...]
    nodes: tuple[Node, ...]
    joins: tuple[Join, ...] = ()
    counters: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()

    __hash__ = None  # type: ignore[assignment]

    def node(self, name: str) -> Node:
        """The node of that name. KeyError: there is none."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)


def targets(exit_: Exit) -> tuple[str, ...]:
    """Every node, or END, that an exit can lead to, in declared order, each once."""
    match exit_:
        case Go():
            found = [exit_.target] + ([exit_.otherwise] if exit_.otherwise else [])
        case Choose():
            found = [branch.target for branch in exit_.branches]
            found += [exit_.otherwise] if exit_.otherwise else []
        case Spread():
            found = [exit_.target]
    return tuple(dict.fromkeys(found))
