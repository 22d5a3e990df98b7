"""Whether what a thread stored fits the graph that goes on with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langgraph.types import Command

from agentgraph.contracts.validate import Validator, validator
from agentgraph.errors import Problem, ResumeError
from agentgraph.model.codec import spec_hash
from agentgraph.model.graph import GraphSpec
from agentgraph.model.plan import Plan

GRAPH = "agentgraph_graph"
VERSION = "agentgraph_version"
SPEC = "agentgraph_spec"


class Stored:
    """The stamp of a graph, and the check of states that carry another one."""

    def __init__(self, spec: GraphSpec, plan: Plan) -> None:
        self.stamp = {GRAPH: spec.name, VERSION: spec.version or "", SPEC: spec_hash(spec)}
        self._nodes = {node.name for node in plan.nodes}
        self._kept = {field.name for field in spec.state if field.kept}
        self._fields: dict[str, Validator] = {
            field.name: validator(field.contract.accepted) for field in spec.state
        }

    def asks(self, given: Any) -> bool:
        """Whether a run on this input builds on what the thread stored."""
        return given is None or isinstance(given, Command) or bool(self._kept)

    def check(self, tuple_: Any, *, continuing: bool) -> None:
        """Hold the stored state against this graph, if another one left it. ResumeError: all that does not fit.

        A new turn builds on the kept fields alone; going on builds on all of it.
        """
        if tuple_ is None or tuple_.metadata.get(SPEC) == self.stamp[SPEC]:
            return
        values: Mapping[str, Any] = tuple_.checkpoint["channel_values"]
        fields = self._fields if continuing else {name: self._fields[name] for name in self._kept}
        problems = [
            Problem(
                f"what is stored does not fit: {violation.message}",
                where=f"{self.stamp[GRAPH]}.{name} {violation.path}",
            )
            for name, known in fields.items()
            if name in values
            for violation in known.problems(values[name])
        ]
        if continuing:
            problems += self._lost(values)
        if problems:
            left_by = f"{tuple_.metadata.get(GRAPH, 'another graph')} {tuple_.metadata.get(VERSION, '')}".strip()
            raise ResumeError(
                problems,
                f"the thread was left by {left_by} ({tuple_.metadata.get(SPEC, 'not stamped')})",
            )

    def _lost(self, values: Mapping[str, Any]) -> list[Problem]:
        """Agents that the thread would start next, and this graph does not have."""
        waiting = [
            name.removeprefix("branch:to:") for name in values if name.startswith("branch:to:")
        ]
        return [
            Problem(
                f"its next agent, {name!r}, is not in this graph",
                where=self.stamp[GRAPH],
                help="resume with the graph that left it, or start a new turn",
            )
            for name in waiting
            if name not in self._nodes
        ]
