"""Whether what a thread stored fits the graph that goes on with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from agentgraph.compile.internals import TASKS
from agentgraph.compile.rebuilding import GROWING, arebuilt, rebuilt, reducers_told, told_growing
from agentgraph.compile.tokens import BRANCH, JOIN
from agentgraph.contracts.validate import Validator, validator
from agentgraph.declare.markers import BUILT_IN
from agentgraph.errors import Problem, ResumeError
from agentgraph.model.codec import spec_hash
from agentgraph.model.graph import GraphSpec
from agentgraph.model.plan import Plan

GRAPH = "agentgraph_graph"
VERSION = "agentgraph_version"
SPEC = "agentgraph_spec"
_INPUT = "__start__"


class Stored:
    """The stamp of a graph, and the check of states that carry another one.

    `keeps` tells whether a new turn builds on something that the thread stored.
    """

    def __init__(self, spec: GraphSpec, plan: Plan, growing: Collection[str] = ()) -> None:
        """`growing` are the lists of which steps store what they add."""
        self.stamp = {
            GRAPH: spec.name,
            VERSION: spec.version or "",
            SPEC: spec_hash(spec),
            GROWING: reducers_told({name: spec.field(name).reducer for name in growing}),
        }
        self._nodes = {node.name for node in plan.nodes}
        self._joins = {join.node for join in plan.joins}
        self._kept = {field.name for field in spec.state if field.kept}
        self._fields: dict[str, Validator] = {
            field.name: validator(field.contract.accepted) for field in spec.state
        }
        self._lists = {field.name for field in spec.state if field.reducer in BUILT_IN}
        self._input = validator(spec.input.contract.accepted)
        self.keeps = bool(self._kept)

    def looked_at(self, saver: Any, found: Any) -> Any:
        """A checkpoint as `check` has to see it: with all its values, if another graph left it."""
        return found if self._made(found) else rebuilt(saver, found)

    async def alooked_at(self, saver: Any, found: Any) -> Any:
        """`looked_at`, awaited."""
        return found if self._made(found) else await arebuilt(saver, found)

    def _made(self, found: Any) -> bool:
        """Whether there is nothing, or this very graph left it: it fits."""
        return found is None or found.metadata.get(SPEC) == self.stamp[SPEC]

    def check(self, found: Any, *, going_on: bool) -> None:
        """Hold the stored state against this graph, if another one left it. ResumeError: all that does not fit.

        `found` is what `looked_at` made of it. A new turn builds on the kept fields alone; going on builds on all of it.
        """
        if self._made(found):
            return
        values: Mapping[str, Any] = found.checkpoint["channel_values"]
        fields = self._fields if going_on else {name: self._fields[name] for name in self._kept}
        problems = [
            Problem(
                f"what is stored does not fit: {violation.message}",
                where=f"{self.stamp[GRAPH]}.{name} {violation.path}",
            )
            for name, known in fields.items()
            if name in values
            for violation in known.problems(values[name])
        ]
        problems += [
            Problem(
                "it was stored by what each step added to it, and can only go on as a list of "
                "`append` or `upsert`",
                where=f"{self.stamp[GRAPH]}.{name}",
                help=f"mark {name} whole in the graph that left it, and let that go on once more",
            )
            for name in told_growing(found)
            if name in fields and name not in self._lists and values.get(name)
        ]
        if going_on:
            problems += [*self._refused_input(values), *self._lost_problems(found)]
        if problems:
            left_by = [found.metadata.get(GRAPH, "another graph"), found.metadata.get(VERSION, "")]
            spec = found.metadata.get(SPEC, "not stamped")
            raise ResumeError(
                problems, f"the thread was left by {' '.join(left_by).strip()} ({spec})"
            )

    def _refused_input(self, values: Mapping[str, Any]) -> Iterator[Problem]:
        """What is wrong with an input that was stored, and not yet taken in."""
        for violation in self._input.problems(values[_INPUT]) if _INPUT in values else ():
            yield Problem(
                f"its input does not fit: {violation.message}",
                where=f"{self.stamp[GRAPH]} input {violation.path}",
            )

    def lost(self, found: Any) -> tuple[str, ...]:
        """Agents that the thread would start next, or that wait there, and this graph does not have."""
        if found is None:
            return ()
        values: Mapping[str, Any] = found.checkpoint["channel_values"]
        branch, join = BRANCH.format(""), JOIN.format("")
        started = [name.removeprefix(branch) for name in values if name.startswith(branch)]
        started += [send.node for send in values.get(TASKS, ())]
        waiting = [name.removeprefix(join) for name in values if name.startswith(join)]
        lost = [name for name in started if name not in self._nodes]
        lost += [name for name in waiting if name not in self._joins]
        return tuple(dict.fromkeys(lost))

    def _lost_problems(self, found: Any) -> Iterator[Problem]:
        for name in self.lost(found):
            yield Problem(
                f"its next agent, {name!r}, is not in this graph, or does not wait there",
                where=self.stamp[GRAPH],
                help="resume with the graph that left it, or start a new turn",
            )
