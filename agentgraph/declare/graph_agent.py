"""A graph that stands where an agent can."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from agentgraph.declare.interface import unknown_name
from agentgraph.errors import DeclarationError
from agentgraph.model.agent import AgentSpec, Read, Write

if TYPE_CHECKING:
    from agentgraph.declare.graph import Graph


class GraphAgent:
    """A graph as an agent of another graph; `implementation` is the graph."""

    def __init__(
        self,
        graph: Graph,
        name: str,
        reads: Mapping[str, str],
        writes: str | Mapping[str, str] | None,
    ) -> None:
        inner = graph.spec
        _refuse_unknown(name, reads, [port.field for port in inner.input.ports], "reads=")
        self.implementation = graph
        self.spec = AgentSpec(
            name=name,
            kind="graph",
            reads=tuple(
                Read(
                    field=reads.get(port.field, port.field),
                    parameter=port.field,
                    contract=port.contract,
                    required=port.required,
                    has_default=port.has_default,
                    default=port.default,
                )
                for port in inner.input.ports
            ),
            writes=self._writes(name, writes),
            output=inner.output.contract,
            description=inner.description,
            graph=inner,
            version=inner.version,
            owner=inner.owner,
            source=inner.source,
        )

    def _writes(self, name: str, writes: str | Mapping[str, str] | None) -> tuple[Write, ...]:
        output = self.implementation.spec.output
        if isinstance(writes, str):
            return (Write(field=writes, contract=output.contract),)
        _refuse_unknown(name, writes or {}, [port.field for port in output.ports], "writes=")
        return tuple(
            Write(
                field=(writes or {}).get(port.field, port.field),
                contract=port.contract,
                key=port.field,
                always=port.required,
            )
            for port in output.ports
        )


def _refuse_unknown(name: str, renames: Mapping[str, str], known: list[str], what: str) -> None:
    problems = [unknown_name(one, known, f"{name} {what}") for one in renames if one not in known]
    if problems:
        raise DeclarationError(problems)
