"""What is known of a plain LangGraph graph beyond its `GraphSpec` and `Plan`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from agentgraph.model.graph import GraphSpec
from agentgraph.model.plan import Plan
from agentgraph.model.source import Source
from agentgraph.read.node_facts import NodeBody, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a call stands that built a part of the graph, and each of its arguments."""

    source: Source
    arguments: tuple[Source, ...] = ()
    keywords: Mapping[str, Source] = field(default_factory=dict)

    __hash__ = None  # type: ignore[assignment]

    def keyword(self, name: str) -> Source:
        """Where the argument of that name stands, else the call."""
        return self.keywords.get(name, self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaFacts:
    """A class that describes a state, or a part of it.

    `kind` "mapping" is a TypedDict, "object" a dataclass or pydantic model (`validates`), "root" any
    other type: the state is then one value without keys. `types` are the annotations of its keys
    without their reducers, `required` those that have no default and are not optional, `lines`
    where they are declared. `attributes`: what else an instance has, methods among them.
    """

    made_of: Any
    name: str
    kind: Literal["mapping", "object", "root"]
    types: Mapping[str, Any]
    required: frozenset[str]
    defaults: Mapping[str, object]
    lines: Mapping[str, Source]
    attributes: frozenset[str] = frozenset()
    validates: bool = False
    source: Source | None = None
    is_whole: bool = True

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRead:
    """A node calls another graph and takes a key of what that gives.

    `given` are the keys that it can give; None: that cannot be told.
    """

    graph: str
    key: str
    source: Source
    given: frozenset[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFacts:
    """One node of the graph.

    `body` is its function as read, None where it cannot be. `takes` describes what it is given.
    `inner` is the graph that it is, where it is one. `declared` are the ends named in its return
    type or `destinations`, None where neither is there. `makes_text`: it is a chain whose result is a text.
    `handles` names the node whose errors it handles. `tools` are the functions of the tools that it runs.
    `results` are keys that it takes of other graphs' results.
    """

    name: str
    place: Place | None
    body: NodeBody | None
    takes: SchemaFacts
    inner: Adopted | None = None
    declared: tuple[str, ...] | None = None
    declared_in_type: bool = False
    retries: bool = False
    caches: bool = False
    is_timed: bool = False
    defers: bool = False
    handles: str | None = None
    makes_text: bool = False
    tools: tuple[NodeBody, ...] = ()
    results: tuple[ResultRead, ...] = ()

    __hash__ = None  # type: ignore[assignment]

    @property
    def source(self) -> Source | None:
        """Where it was added, else its function."""
        if self.place is not None:
            return self.place.source
        return self.body.source if self.body is not None else None

    @property
    def can_be_read(self) -> bool:
        """Whether all that it writes is known."""
        return self.inner is not None or (self.body is not None and self.body.is_closed)


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchFacts:
    """One router: the node that it follows, its function as read, and its map from labels to nodes.

    `in_type`: the map is made of the function's return type. `way` is its index in the ways of the spec.
    `declared` are the labels that the function's return type has, () where it says none.
    """

    node: str
    name: str
    body: NodeBody | None
    ends: Mapping[object, str] | None
    in_type: bool
    way: int
    place: Place | None
    takes: SchemaFacts
    declared: tuple[object, ...] = ()

    __hash__ = None  # type: ignore[assignment]

    def target(self, said: Target) -> str | None:
        """The node (or "__end__") that a router's word leads to; None: there is none such."""
        if said.sends or self.ends is None:
            return said.label if isinstance(said.label, str) else None
        return self.ends.get(said.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """A plain LangGraph graph as our nouns.

    `keys` are all keys of its state with their place of declaration; `managed` those that the engine fills.
    `reducers` are the functions that combine several writes of a key. `compiled`: it is what `compile` made, with the `arguments` that it was given
    (names of those that are set). `state`, `input`, `output` describe its schemas. `opaque` are the
    nodes of which it cannot be told where they lead: they may lead anywhere; `unsure` the ways of the
    spec that may be taken otherwise than the plan has it. `wider` are the schemas beside the state's own that
    have all of its keys and more. `varies`: built at another time, it may have other edges. `nested`: it is run by another graph, whose memory and store it has. `bound` is the
    most supersteps that it may take, None where only LangGraph's own limit holds.
    """

    spec: GraphSpec
    plan: Plan
    nodes: Mapping[str, NodeFacts]
    branches: tuple[BranchFacts, ...]
    state: SchemaFacts
    input: SchemaFacts
    output: SchemaFacts
    keys: frozenset[str]
    managed: frozenset[str]
    reducers: Mapping[str, Any]
    edges: Mapping[tuple[str, str], Place]
    joins: Mapping[tuple[tuple[str, ...], str], Place]
    compiled: bool = False
    arguments: frozenset[str] = frozenset()
    compiling: Place | None = None
    made: Place | None = None
    deployed: bool = False
    opaque: frozenset[str] = frozenset()
    unsure: frozenset[int] = frozenset()
    wider: tuple[SchemaFacts, ...] = ()
    nested: bool = False
    varies: bool = False
    bound: int | None = None

    __hash__ = None  # type: ignore[assignment]

    @property
    def readable(self) -> tuple[int, int]:
        """How many of its nodes could be read, and how many there are."""
        return sum(one.can_be_read for one in self.nodes.values()), len(self.nodes)

    @property
    def remembers(self) -> bool:
        """Whether threads go on: a later turn begins with the state of the last."""
        return "checkpointer" in self.arguments
