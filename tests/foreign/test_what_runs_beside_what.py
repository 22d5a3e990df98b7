"""What LangGraph does with plain graphs is among what the analysis says that it may do.

Specimens and random graphs are run on LangGraph itself: every node that ran is one that the
analysis has as reached, and any two that ran in one superstep are beside each other there.
"""

from __future__ import annotations

import importlib.util
import random
import sys
import warnings
from itertools import combinations
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from langgraph.warnings import LangGraphDeprecationWarning

from agentgraph.adopt.langgraph import adopt_graph
from agentgraph.check.analysis import analyse_adopted
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.reach import bits
from agentgraph.check.plain.certain import is_opaque
from tests.foreign.play import graph_of, play
from tests.foreign.test_what_langgraph_does import CORRECT, FAULTY

SEEDS = range(60)


def flow_of(graph: Any, file: str) -> Flow:
    return analyse_adopted(adopt_graph(graph, name="graph", file=file))[0]


def assert_allowed(flow: Flow, steps: list[list[str]]) -> None:
    runs: dict[str, list[int]] = {}
    for run in flow.web.runs:
        runs.setdefault(run.node, []).append(run.number)
    reached = {flow.web.runs[run].node for run in flow.reach.order}
    for step in steps:
        assert set(step) <= reached
        for one, other in combinations(step, 2):
            together = {n for mine in runs[one] for n in bits(flow.beside.runs(mine))}
            assert together & set(runs[other]), f"{one} ran beside {other}"


@pytest.mark.parametrize(
    "path",
    [path for path in CORRECT + FAULTY if not path.stem.startswith("functional")],
    ids=lambda path: path.stem,
)
def test_a_specimen_does_what_it_may(path: Path) -> None:
    seen = play(path)
    if seen.module is None:
        return  # LangGraph refuses it, as its own test says
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LangGraphDeprecationWarning)
        flow = flow_of(graph_of(seen.module), str(path))
    assert flow.adopted is not None
    if flow.adopted.unsure or is_opaque(flow.adopted):
        return  # it may do anything: its code does not say where all its ways lead
    assert_allowed(flow, [list(step) for turn in seen.turns for step in turn.steps])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_graph_does_what_it_may(seed: int, tmp_path: Path) -> None:
    path = tmp_path / f"random_{seed}.py"
    path.write_text(random_graph(random.Random(seed)), encoding="utf-8")
    module = load(path)
    flow = flow_of(module.graph, str(path))
    for number in range(6):
        assert_allowed(flow, steps_of(module, number))


def steps_of(module: ModuleType, number: int) -> list[list[str]]:
    steps: dict[int, list[str]] = {}
    chunks = module.graph.stream({"number": number}, {"recursion_limit": 60}, stream_mode="debug")
    for chunk in chunks:
        if chunk["type"] == "task":
            steps.setdefault(chunk["step"], []).append(chunk["payload"]["name"])
    return list(steps.values())


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def random_graph(rng: random.Random) -> str:
    """The text of a module: forward edges, list edges, routers with one or several labels, sends, commands."""
    count = rng.randint(4, 7)
    lines = [
        "import operator",
        "from typing import Annotated, TypedDict",
        "from langgraph.graph import END, START, StateGraph",
        "from langgraph.types import Command, Send",
        "class State(TypedDict, total=False):",
        "    number: int",
        "    seen: Annotated[list[str], operator.add]",
    ]
    wiring = ['builder.add_edge(START, "n0")']
    for node in range(count):
        later = [f"n{other}" for other in range(node + 1, count)]
        command = later and rng.random() < 0.2
        lines.append(f"def n{node}(state):")
        if command:
            to = rng.choice(later)
            lines.append("    if state.get('number', 0) % 2:")
            lines.append(f"        return Command(update={{'seen': ['n{node}']}}, goto='{to}')")
        lines.append(f"    return {{'seen': ['n{node}']}}")
        wiring.insert(0, f'builder.add_node("n{node}", n{node}, defer={rng.random() < 0.15})')
        if later:
            lines += router(rng, node, later, wiring)
    for _ in range(rng.randint(0, 2)):
        target = rng.randrange(2, count)
        sources = sorted(rng.sample([f"n{n}" for n in range(target)], 2))
        wiring.append(f'builder.add_edge({sources!r}, "n{target}")')
    text = "\n".join([*lines, "builder = StateGraph(State)", *wiring])
    return f"{text}\ngraph = builder.compile()\n"


def router(rng: random.Random, node: int, later: list[str], wiring: list[str]) -> list[str]:
    match rng.randrange(4):
        case 0 | 1:
            for to in rng.sample(later, min(len(later), rng.randint(1, 2))):
                wiring.append(f'builder.add_edge("n{node}", "{to}")')
            return []
        case 2:
            one, other = rng.choice(later), rng.sample(later, min(len(later), 2))
            answer = repr(other if rng.random() < 0.6 else other[0])
            wiring.append(f'builder.add_conditional_edges("n{node}", r{node})')
            return [
                f"def r{node}(state):",
                f"    if state.get('number', 0) % 3 == {rng.randrange(3)}:",
                f"        return {one!r}",
                f"    return {answer}",
            ]
        case _:
            to = rng.choice(later)
            wiring.append(f'builder.add_conditional_edges("n{node}", r{node})')
            return [
                f"def r{node}(state):",
                f"    return [Send({to!r}, {{'number': n}}) for n in range(state.get('number', 0) % 3)] or {later[-1]!r}",
            ]
