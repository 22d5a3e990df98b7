"""A graph as plain data: what the checker, the compiler, the drawer and the differ read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from agentgraph.model.agent import AgentSpec, Read
from agentgraph.model.contract import Contract, Json
from agentgraph.model.guard import Guard
from agentgraph.model.policy import Budget, Objective, Policies
from agentgraph.model.source import Source

START = "START"
"""Where a turn begins; the source of edges into the first agents."""
END = "END"
"""Where a way through the graph ends."""
EFFECTS = ("write", "destructive", "open_world")
"""What a tool may do beyond reading: change something, destroy something, reach the outside."""
UNTRUSTED = "untrusted"
"""The label of text that an outsider may have written. It asks no clearance; it is never obeyed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateField:
    """One field of the state.

    `reducer` names how several writes are combined (None: the last one stands); `takes` is
    what it is declared to take as an update, `gives` what it makes of it (None: it does not say). A field
    lives for one turn unless `kept`. `has_default` tells a default of null from none.
    `whole`: it is stored whole at every step, where a list that only grows could be stored
    by what each step adds.
    `labels` are those that the state, the input or the output declares it with; what a writer
    says of its own result stands at its `Write`.
    `declared` is False where the field was inferred from the agents.
    """

    name: str
    contract: Contract
    reducer: str | None = None
    takes: Contract | None = None
    gives: Contract | None = None
    kept: bool = False
    whole: bool = False
    has_default: bool = False
    default: Json = None
    labels: tuple[str, ...] = ()
    declared: bool = True
    source: Source | None = None

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """One field of the graph's input or output.

    Of an input: where not `required`, an absent one takes its default. Of an output:
    where not `required`, it may be missing at the end.
    """

    field: str
    contract: Contract
    required: bool = True
    has_default: bool = False
    default: Json = None

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """The input or output of a graph: the whole contract, and its fields."""

    contract: Contract
    ports: tuple[Port, ...]
    source: Source | None = None

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeSpec:
    """From each of `sources` to `target`.

    With more than one source `target` waits (a join). `when` guards it; `adapter` names
    the agent that runs between; `at_most` bounds how often it is taken in a turn, after
    which `otherwise` is; `on_failure` is taken when the source has given up.
    """

    kind: Literal["edge"] = "edge"
    sources: tuple[str, ...]
    target: str
    join: bool = False
    when: Guard | None = None
    adapter: str | None = None
    at_most: int | None = None
    otherwise: str | None = None
    on_failure: bool = False
    source: Source | None = None

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One branch of a route: a `label` (a JSON scalar) or a guard, and the agent it leads to."""

    target: str
    label: Json = None
    when: Guard | None = None
    source: Source | None = None

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSpec:
    """Exactly one branch is taken after `agent`.

    `by` "field": the value of state field `on` is the label. "cases": the first guard that
    holds. "function": `on` names a function whose return value is the label; `reads` are
    the state fields that it takes, as an agent does, and `returns` its labels where its type
    tells them (None: opaque, any target may be taken).
    """

    kind: Literal["route"] = "route"
    agent: str
    by: Literal["field", "cases", "function"]
    on: str | None = None
    cases: tuple[Case, ...]
    otherwise: str | None = None
    reads: tuple[Read, ...] = ()
    returns: Contract | None = None
    source: Source | None = None

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSpec:
    """After `agent`, one run of `target` per element of list field `over`, as its field `each`.

    The results, in element order, become the list field `into`.
    """

    kind: Literal["map"] = "map"
    agent: str
    over: str
    each: str
    target: str
    into: str
    source: Source | None = None

    __hash__ = None  # type: ignore[assignment]


Way = EdgeSpec | RouteSpec | MapSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphSpec:
    """A whole graph. Equal by value; dumps to JSON and loads back equal (`model.codec`).

    `declares_state` tells whether the user named the state's fields (`Graph(state=)`) or
    left them to be inferred from the agents. `policies` are the defaults of its agents.
    `permits` are the effects that its tools may have (of `EFFECTS`), `clears` the labels of
    data that may rest in its memory and traces; None: no limit is set.
    """

    name: str
    version: str | None = None
    description: str = ""
    input: Interface
    output: Interface
    state: tuple[StateField, ...]
    agents: tuple[AgentSpec, ...]
    ways: tuple[Way, ...]
    declares_state: bool = False
    policies: Policies = field(default_factory=Policies)
    permits: tuple[str, ...] | None = None
    clears: tuple[str, ...] | None = None
    budget: Budget | None = None
    objective: Objective | None = None
    owner: str | None = None
    source: Source | None = None

    __hash__ = None  # type: ignore[assignment]

    def agent(self, name: str) -> AgentSpec:
        """The agent of that name. KeyError: there is none."""
        for agent in self.agents:
            if agent.name == name:
                return agent
        raise KeyError(name)

    def field(self, name: str) -> StateField:
        """The state field of that name. KeyError: there is none."""
        for one in self.state:
            if one.name == name:
                return one
        raise KeyError(name)
