"""How long does checking a graph take, and how does that grow with the graph?

Graphs of 100, 1,000 and 10,000 agents in layers (routes, forks, joins; 30 state fields, 200
contracts), then shapes that are hard on purpose, mostly of 1,000 agents, then one with 500 agents
at fault, and last the command itself on an example. Each is checked in a process of its own, cold,
and the process's own seconds count, so that a busy machine tells much the same.

How to read it: `check` is `check_graph`, from the declared graph to its findings. `per agent` should
not grow from line to line of the layers: ten times the agents cost at most ten times as much (the
200 contracts cost the same in each, and all of a small graph's time). `floor` is what networkx takes
to find the rings and dominators of the same graph, the least that anybody pays who looks at it;
`times` is `check` against that. `memory` is how much the process grew. `report` is the findings as
text. What went to lowering, to the analysis and to the slowest rule is told by a second pass, which
knows the contracts by then. The first line says how fast this machine is: where the loop takes
0.15 s, 1,000 agents should be checked within 0.5 s and 10,000 within 5 s, whatever their shape.

    python -m benchmarks check
"""

from __future__ import annotations

import gc
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import _graphs as made

if TYPE_CHECKING:
    from agentgraph.check.catalogue import Rule
    from agentgraph.check.finding import Fault
    from agentgraph.check.flow.flow import Flow

ROOT = Path(__file__).parent.parent
CASES: dict[str, Callable[[], Any]] = {
    "layers, 100 agents": lambda: made.layers(100),
    "layers, 1,000 agents": lambda: made.layers(1_000),
    "layers, 10,000 agents": lambda: made.layers(10_000),
    "1,000 side by side": lambda: made.side_by_side(1_000),
    "100 chains of 100": lambda: made.chains(100, 100),
    "80 loops side by side": lambda: made.loops_side_by_side(80, 9),
    "500 loops, each in another": lambda: made.loops_within_loops(500),
    "1,000 joins in a row": lambda: made.joins_in_a_row(1_000),
    "route of 1,000 labels": lambda: made.branches(1_000, by_guards=False),
    "route of 1,000 guards": lambda: made.branches(1_000, by_guards=True),
    "100 flags, tested later": lambda: made.flags(100),
    "200 flags, tested later": lambda: made.flags(200),
    "500 of 2,500 at fault": lambda: made.faulty(2_500),
}
COLUMNS = (
    ("agents", 8),
    ("check", 9),
    ("per agent", 11),
    ("floor", 9),
    ("times", 7),
    ("memory", 9),
    ("findings", 10),
    ("report", 9),
    ("lower", 9),
    ("analysis", 10),
)


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """The seconds of this process that a call took, and what came of it."""
    gc.collect()
    began = time.process_time()
    found = run()
    return time.process_time() - began, found


def loop() -> int:
    found = 0
    for number in range(5_000_000):
        found += number & 7
    return found


def measured(name: str) -> dict[str, Any]:
    """One case, checked in this process."""
    from agentgraph.check.analysis import analyse_all
    from agentgraph.check.catalogue import rules_about
    from agentgraph.check.engine import check_graph
    from agentgraph.check.report.text import render_text
    from agentgraph.lower.plan import lower_graph

    spec = CASES[name]()
    rules_about("declared")  # importing them is part of starting, which is told of apart
    before = _peak()
    seconds, findings = timed(lambda: check_graph(spec))
    memory = _peak() - before
    lowered, plan = timed(lambda: lower_graph(spec))
    analysed, (flow, *_) = timed(lambda: analyse_all(spec, plan))
    slowest, code = max(
        (timed(partial(_faults, rule, flow))[0], rule.code) for rule in rules_about("declared")
    )
    rendered, _ = timed(lambda: render_text(findings))
    return {
        "agents": len(spec.agents),
        "check": seconds,
        "lower": lowered,
        "analysis": analysed,
        "slowest rule": f"{code} {slowest:.2f} s",
        "floor": _floor(flow.reach.after),
        "memory": memory,
        "findings": len(findings),
        "report": rendered,
    }


def _faults(rule: Rule, flow: Flow) -> list[Fault]:
    return list(rule.find(flow))


def _floor(after: list[list[int]]) -> float:
    import networkx as nx

    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(after)))
    graph.add_edges_from((one, other) for one, found in enumerate(after) for other in found)

    def rings_and_dominators() -> object:
        rings = list(nx.strongly_connected_components(graph))
        return rings, nx.immediate_dominators(graph, 0)

    return timed(rings_and_dominators)[0]


def _peak() -> float:
    """The most memory that the process had so far, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def row(name: str, found: dict[str, Any]) -> str:
    cells = {
        **found,
        "per agent": f"{found['check'] / found['agents'] * 1e6:,.0f} µs",
        "times": f"{found['check'] / found['floor']:.0f}",
        "memory": f"{found['memory']:,.0f} MB",
        "agents": f"{found['agents']:,}",
        "findings": f"{found['findings']:,}",
    }
    for key in ("check", "lower", "analysis", "floor", "report"):
        cells[key] = f"{found[key]:.2f} s"
    told = "".join(f"{cells[column]:>{width}}" for column, width in COLUMNS)
    return f"{name:<27}{told}   {found['slowest rule']}"


def child(*arguments: str) -> str:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def of_child(*arguments: str) -> float:
    """The seconds that a process took from its start to its end; the best of five."""

    def once() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        child(*arguments)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return min(once() for _ in range(5))


def main(arguments: list[str]) -> None:
    if arguments:
        print(json.dumps(measured(arguments[0])))
        return
    print(f"five million rounds of a loop: {min(timed(loop)[0] for _ in range(3)):.2f} s\n")
    heads = "".join(f"{column:>{width}}" for column, width in COLUMNS)
    print(f"{'':<27}{heads}   slowest rule", flush=True)
    for name in CASES:
        print(row(name, json.loads(child("-m", "benchmarks.check", name))), flush=True)
    empty = of_child("-c", "import pydantic")
    whole = of_child("-m", "agentgraph", "check", "graphs/order_processing.py")
    print(f"\nagentgraph check graphs/order_processing.py: {whole:.2f} s, start and all; ", end="")
    print(f"python that imports pydantic: {empty:.2f} s, {whole / empty:.1f} times that")


if __name__ == "__main__":
    main(sys.argv[1:])
