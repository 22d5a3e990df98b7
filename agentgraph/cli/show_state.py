"""`agentgraph check --show-state AGENT`: what the state holds when an agent starts."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentgraph.cli.check_report import ReportFormat
from agentgraph.cli.graphs import FoundGraph, find_graphs
from agentgraph.cli.outcome import OK
from agentgraph.cli.output import write_output
from agentgraph.cli.plain import Plain
from agentgraph.cli.settings import read_settings
from agentgraph.cli.stubs import Stubs
from agentgraph.errors import Problem, SettingsError, TargetError

if TYPE_CHECKING:
    from agentgraph.check.flow.flow import Flow


def show_state(
    targets: Sequence[str],
    agent: str,
    format_: ReportFormat,
    output: Path | None,
    *,
    stub_missing: bool = False,
    debug: bool = False,
) -> int:
    """Writes what is known when the agent starts, in each graph that has it.

    `agent` is a name, or `graph.name`. SettingsError: none of the graphs has it, and the
    nearest that they have; or a form that this has not.
    """
    if format_ not in (ReportFormat.text, ReportFormat.json):
        problem = Problem("--show-state is told as text or json", "--format")
        raise SettingsError([problem], "usage")
    stubs = Stubs() if stub_missing else None
    found = find_graphs(targets, read_settings(), debug=debug, plain=True, stubs=stubs)
    if found.problems:
        raise TargetError(found.problems)
    flows = _flows(found.graphs)
    chosen = [(flow, node) for flow, node in _nodes(flows) if _is(agent, flow, node)]
    if not chosen:
        raise SettingsError([_unknown(agent, flows)], "no such agent")
    shown = [_shown(flow, node, format_) for flow, node in chosen]
    if format_ is ReportFormat.json:
        write_output(json.dumps(shown, indent=2, ensure_ascii=False) + "\n", output)
    else:
        write_output("\n".join(shown), output)
    return OK


def _flows(graphs: Sequence[FoundGraph]) -> list[Flow]:
    """Of the graphs, and those within them, each once."""
    from agentgraph.check.analysis import analyse_adopted, analyse_all

    flows: list[Flow] = []
    for one in graphs:
        plain = isinstance(one.graph, Plain)
        for flow in analyse_adopted(one.checked) if plain else analyse_all(one.own.spec):
            if all(flow.spec != other.spec for other in flows):
                flows.append(flow)
    return flows


def _nodes(flows: Sequence[Flow]) -> Iterator[tuple[Flow, str]]:
    for flow in flows:
        for node in flow.plan.nodes:
            yield flow, node.name


def _is(agent: str, flow: Flow, node: str) -> bool:
    return agent in (node, f"{flow.spec.name}.{node}")


def _unknown(agent: str, flows: Sequence[Flow]) -> Problem:
    names = list(dict.fromkeys(node for _, node in _nodes(flows)))
    full = [f"{flow.spec.name}.{node}" for flow, node in _nodes(flows)]
    near = difflib.get_close_matches(agent, full if "." in agent else names, 1)
    help_ = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}"
    return Problem(f"there is no agent {agent!r}", "--show-state", help=help_)


def _shown(flow: Flow, node: str, format_: ReportFormat) -> Any:
    from agentgraph.check.flow.known import known_at
    from agentgraph.check.report.state import render_state, state_data

    fields = known_at(flow, node)
    if format_ is ReportFormat.json:
        return state_data(flow.spec.name, node, fields)
    return render_state(f"{flow.spec.name}.{node}", fields, declared=flow.adopted is not None)
