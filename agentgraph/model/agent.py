"""A microagent: what it reads, what it writes, how it is reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from agentgraph.model.contract import Contract, Json
from agentgraph.model.policy import Estimate, Policies
from agentgraph.model.source import Source
from agentgraph.model.tool import ToolSpec

if TYPE_CHECKING:
    from agentgraph.model.graph import GraphSpec

AgentKind = Literal["function", "model", "person", "graph", "langgraph"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One state field that an agent takes.

    It arrives as `parameter`, or as attribute `attribute` of it where the parameter is a
    `Fields[...]` view. Where not `required`, an absent field leaves the parameter's own
    default (`default`, in JSON, where it has a JSON form and `has_default`).
    """

    field: str
    parameter: str
    contract: Contract
    required: bool = True
    attribute: str | None = None
    has_default: bool = False
    default: Json = None

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One state field that an agent hands out.

    `key` is the property of the produced object that holds it; None: the whole produced
    value. Where not `always`, the agent may leave the field alone. `labels` are those that the
    result's type gives it.
    """

    field: str
    contract: Contract
    key: str | None = None
    always: bool = True
    labels: tuple[str, ...] = ()

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """The instructions of a model-backed agent.

    `file` is the path as declared, None where the text stands in the code. `digest` is the
    content hash of `text`; `variables` are its `{name}` placeholders, in order of appearance.
    """

    text: str
    digest: str
    variables: tuple[str, ...] = ()
    file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSpec:
    """One node of a graph, as plain data.

    `output` is the contract of the produced value as a whole; `writes` says where its
    parts go. `model` is a role, `asks` the question put to a person. `graph` is the
    nested graph where `kind` is "graph". `stand_ins` are the agents that
    `policies.fallbacks` names. `clears` are the labels of data that it may read, `removes` those
    that its output no longer bears; `needs` names the outside service whose fate it shares.
    """

    name: str
    kind: AgentKind
    reads: tuple[Read, ...] = ()
    writes: tuple[Write, ...] = ()
    output: Contract
    description: str = ""
    prompt: Prompt | None = None
    model: str | None = None
    asks: str | None = None
    tools: tuple[ToolSpec, ...] = ()
    policies: Policies = field(default_factory=Policies)
    clears: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()
    needs: str | None = None
    estimate: Estimate | None = None
    graph: GraphSpec | None = None
    stand_ins: tuple[AgentSpec, ...] = ()
    version: str | None = None
    owner: str | None = None
    source: Source | None = None

    __hash__ = None  # type: ignore[assignment]


class AgentLike(Protocol):
    """What a graph accepts as an agent: its spec, and whatever carries it out."""

    @property
    def spec(self) -> AgentSpec: ...

    @property
    def implementation(self) -> object: ...
