"""`agentgraph show TARGET AGENT`: what holds for an agent's calls, and where it is said."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from agentgraph.call.applying import Applied, applied
from agentgraph.call.policy_settings import RUN, read_policies
from agentgraph.cli.check_settings import JUDGES
from agentgraph.cli.graphs import find_graph
from agentgraph.cli.outcome import OK
from agentgraph.cli.settings import read_settings
from agentgraph.cli.streams import shown_path, tell
from agentgraph.cli.tables import ListFormat, as_json, table
from agentgraph.errors import Problem, SettingsError
from agentgraph.model.agent import AgentSpec
from agentgraph.model.graph import GraphSpec
from agentgraph.model.policy import Policies
from agentgraph.model.source import Source
from agentgraph.model.tool import ToolSpec


def show_policies(target: str, agent: str, format_: ListFormat, *, debug: bool) -> int:
    """Writes the policies that apply to the agent and its tools. SettingsError: there is no such agent."""
    settings = read_settings(judges={"run": JUDGES["run"]})
    project = read_policies(settings.run)
    spec = find_graph(target, settings, debug=debug).own.spec
    found = dict(_agents(spec, ""))
    name = agent.removeprefix(f"{spec.name}.") if agent not in found else agent
    if name not in found:
        near = difflib.get_close_matches(agent, found, 1)
        help_ = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(found)}"
        raise SettingsError([Problem(f"there is no agent {agent!r}", target, help=help_)], "usage")
    graph, one = found[name]
    shown = _Shown(graph, project)
    if format_ is ListFormat.json:
        tell(as_json(shown.data(name, one)))
    else:
        for line in shown.lines(name, one):
            tell(line)
    return OK


def _agents(spec: GraphSpec, before: str) -> Iterator[tuple[str, tuple[GraphSpec, AgentSpec]]]:
    """Every agent by its path, what stands in and those of graphs within included, and its graph."""
    for agent in spec.agents:
        yield from _with_stand_ins(spec, agent, before)
        if agent.graph is not None:
            yield from _agents(agent.graph, f"{before}{agent.name}.")


def _with_stand_ins(
    spec: GraphSpec, agent: AgentSpec, before: str
) -> Iterator[tuple[str, tuple[GraphSpec, AgentSpec]]]:
    yield f"{before}{agent.name}", (spec, agent)
    for one in agent.stand_ins:
        yield from _with_stand_ins(spec, one, f"{before}{agent.name}.")


class _Shown:
    """Agents and tools of one graph, with what applies to them."""

    def __init__(self, graph: GraphSpec, project: Policies) -> None:
        self._graph = graph
        self._outer = [
            (_said("graph", graph.name, graph.source), graph.policies),
            (f"[{RUN}]", project),
        ]

    def applied(self, spec: AgentSpec | ToolSpec) -> list[Applied]:
        if isinstance(spec, AgentSpec) and spec.kind in ("graph", "langgraph"):
            return []
        kind = "tool" if isinstance(spec, ToolSpec) else "agent"
        return applied(spec, [(_said(kind, spec.name, spec.source), spec.policies), *self._outer])

    def lines(self, name: str, agent: AgentSpec) -> Iterator[str]:
        yield f"{self._graph.name}: {_said(_kind(agent), name, agent.source)}"
        yield from self._of(agent)
        for tool in agent.tools:
            yield ""
            yield _said("tool", tool.name, tool.source)
            yield from self._of(tool)

    def _of(self, spec: AgentSpec | ToolSpec) -> Iterator[str]:
        found = self.applied(spec)
        if spec.needs is not None:
            yield f"needs {spec.needs}"
        if isinstance(spec, AgentSpec) and spec.kind in ("graph", "langgraph"):
            yield "a graph: its agents have policies of their own"
        elif not found:
            yield "no policy applies"
        else:
            rows = [(one.name, one.says, one.said_by) for one in found]
            yield from table(("POLICY", "SAYS", "SAID BY"), rows)

    def data(self, name: str, agent: AgentSpec) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "graph": self._graph.name,
            "agent": name,
            "needs": agent.needs,
            "policies": self._rows(agent),
            "tools": {
                tool.name: {"needs": tool.needs, "policies": self._rows(tool)}
                for tool in agent.tools
            },
        }

    def _rows(self, spec: AgentSpec | ToolSpec) -> list[dict[str, Any]]:
        return [
            {"policy": one.name, "value": one.value, "said_by": one.said_by}
            for one in self.applied(spec)
        ]


def _kind(agent: AgentSpec) -> str:
    return {"model": "model-backed agent", "person": "agent that asks", "function": "agent"}.get(
        agent.kind, "graph"
    )


def _said(kind: str, name: str, source: Source | None) -> str:
    if source is None:
        return f"{kind} {name}"
    return f"{kind} {name} ({shown_path(source.file)}:{source.line})"
