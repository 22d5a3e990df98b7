"""A tool: an effect or a look-up that agents may call, with contracts on both sides."""

from __future__ import annotations

from dataclasses import dataclass, field

from agentgraph.model.contract import Contract
from agentgraph.model.policy import Estimate, Policies
from agentgraph.model.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSpec:
    """What is known of a tool before it runs.

    The four hints are MCP's (`readOnlyHint`, `destructiveHint`, `idempotentHint`,
    `openWorldHint`); `hints` names those that were given, the others are MCP's defaults.
    `keyed` says that the tool honours an idempotency key; `needs` names the outside service
    whose fate it shares; `approval` is the question a person must answer with yes first.
    `clears` are the labels of data that it may be given, `labels` those that its result bears.
    """

    name: str
    arguments: Contract
    result: Contract
    description: str = ""
    read_only: bool = False
    destructive: bool = True
    idempotent: bool = False
    open_world: bool = True
    hints: tuple[str, ...] = ()
    keyed: bool = False
    approval: str | None = None
    needs: str | None = None
    clears: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    estimate: Estimate | None = None
    policies: Policies = field(default_factory=Policies)
    version: str | None = None
    owner: str | None = None
    source: Source | None = None

    __hash__ = None  # type: ignore[assignment]
