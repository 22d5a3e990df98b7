"""How long does checking a project of plain LangGraph graphs take, beyond what importing it takes anyway?

A project of twenty modules is generated, a graph in each: routes, commands, a map of sends, a join, a
subgraph, helpers, states as TypedDict, dataclass and pydantic model, some twelve nodes a graph. The floor is
Python that imports these modules (and so LangGraph), in a process of its own; above it is the same process with
`agentgraph check` of the folder. By turns, the best of each, in processor seconds. Then, in one
process: what goes to adopting the graphs (their functions read, from the source), to the analysis, and to the rules.

How to read it: `beyond` is what a user waits for on top of his own imports, at most 3 s on an ordinary
machine (where the loop of `check` takes 0.15 s); `times` is all of it against the floor.

    python -m benchmarks plain
    python -m benchmarks.plain [--rounds N] [--graphs N]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import Any

from benchmarks.check import loop, timed

ROOT = Path(__file__).parents[1]
_STATES = {
    "mapping": ("class State(TypedDict, total=False):", "class Part(TypedDict):", "state[{!r}]"),
    "dataclass": ("@dataclass\nclass State:", "@dataclass\nclass Part:", "state.{}"),
    "pydantic": ("class State(BaseModel):", "class Part(BaseModel):", "state.{}"),
}
_MODULE = '''"""Orders of shop {number}: looked up, priced and packed, or asked about."""

import operator
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, Send
from pydantic import BaseModel

{state}
    order: str{empty}
    kind: str{empty}
    items: list{items}
    prices: Annotated[list, operator.add]{items}
    total: int{nought}
    note: str{empty}
    reply: str{empty}


{part}
    order: str


class Item(TypedDict):
    item: str


class Packed(TypedDict):
    kind: str
    note: str


def cleaned(text):
    return text.strip().lower()


def summed(state):
    return sum({prices})


class Desk:
    def __init__(self, name):
        self.name = name

    def greet(self, state: State):
        return {{"note": f"{{self.name}}: {{{order}}}"}}

    async def close(self, state: State):
        return {{"reply": f"{{{note}}} {{{total}}}"}}


def sort(state: State):
    text = cleaned({order})
    kind = "question" if "?" in text else "order"
    return {{"kind": kind, "items": text.split(), "total": 0}}


def by_kind(state: State) -> Literal["look_up", "ask"]:
    if {kind} == "question":
        return "ask"
    return "look_up"


def look_up(state: Part):
    found = {{}}
    found["items"] = {order}.split()
    return found


def each(state: State):
    return [Send("price", {{"item": one}}) for one in {all_items}]


def price(state: Item):
    return {{"prices": [len(state["item"])]}}


def add_up(state: State):
    return {{"total": summed(state)}}


def decide(state: State) -> Command[Literal["pack", "ask"]]:
    if {total} > 10:
        return Command(update={{"note": "large"}}, goto="ask")
    return Command(update={{"note": "small"}}, goto="pack")


def pack(state: State):
    return {{"note": "packed"}}


def label(state: State):
    return {{"kind": "labelled"}}


def ask(state: State):
    return {{"note": "Which one?"}}


inner = StateGraph(State, output_schema=Packed)
inner.add_node("pack", pack)
inner.add_node("label", label)
inner.add_edge(START, "pack")
inner.add_edge("pack", "label")
inner.add_edge("label", END)

desk = Desk("shop {number}")
builder = StateGraph(State)
builder.add_node("greet", desk.greet)
builder.add_node("sort", sort)
builder.add_node("look_up", look_up)
builder.add_node("price", price)
builder.add_node("add_up", add_up, defer=True)
builder.add_node("decide", decide)
builder.add_node("pack", inner.compile())
builder.add_node("ask", ask)
builder.add_node("close", desk.close)
builder.add_edge(START, "greet")
builder.add_edge("greet", "sort")
builder.add_conditional_edges("sort", by_kind)
builder.add_conditional_edges("look_up", each, ["price"])
builder.add_edge("price", "add_up")
builder.add_edge("add_up", "decide")
builder.add_edge("pack", "close")
builder.add_edge("ask", "close")
builder.add_edge("close", END)
graph = builder.compile()
'''


def module(number: int) -> str:
    """The text of one module."""
    kind = list(_STATES)[number % len(_STATES)]
    state, part, key = _STATES[kind]
    names = {"order": "order", "kind": "kind", "note": "note", "total": "total", "prices": "prices"}
    keys = {name: key.format(of) for name, of in names.items()}
    plain = kind == "mapping"
    fresh = {"mapping": "", "dataclass": " = field(default_factory=list)", "pydantic": " = []"}[
        kind
    ]
    return _MODULE.format(
        number=number,
        state=state,
        part=part,
        all_items=key.format("items"),
        empty="" if plain else ' = ""',
        nought="" if plain else " = 0",
        items=fresh,
        **keys,
    )


def write_project(folder: Path, graphs: int) -> list[str]:
    """Modules of a graph each; their names."""
    names = [f"shop_{number}" for number in range(graphs)]
    for number, name in enumerate(names):
        (folder / f"{name}.py").write_text(module(number), encoding="utf-8")
    return names


def seconds(command: Sequence[str], folder: Path) -> float:
    """The processor time of one process."""
    before = getrusage(RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def parts(folder: Path) -> dict[str, float]:
    """The seconds of each part of a check, in this process, with all imported."""
    from agentgraph.check.analysis import analyse_adopted
    from agentgraph.check.catalogue import rules_about
    from agentgraph.check.engine import check_graph
    from agentgraph.cli.graphs import find_graphs
    from agentgraph.cli.settings import Settings

    rules_about("adopted")
    found = find_graphs([str(folder)], Settings(), plain=True)
    adopting, adopted = timed(lambda: [one.checked for one in found.graphs])
    analysing, _ = timed(lambda: [analyse_adopted(one) for one in adopted])
    checking, findings = timed(lambda: [one for each in adopted for one in check_graph(each)])
    assert not found.problems
    assert not findings, findings[0]
    return {"adopting": adopting, "analysis": analysing, "rules": checking - analysing}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--graphs", type=int, default=20)
    given = parser.parse_args(arguments)
    print(f"five million rounds of a loop: {min(timed(loop)[0] for _ in range(3)):.2f} s\n")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        names = write_project(folder, given.graphs)
        commands: dict[str, list[str]] = {
            "floor": [sys.executable, "-c", f"import {', '.join(names)}"],
            "check": [sys.executable, "-m", "agentgraph", "check", "."],
        }
        best: dict[str, Any] = dict.fromkeys(commands, float("inf"))
        for _ in range(given.rounds):
            for name, command in commands.items():
                best[name] = min(best[name], seconds(command, folder))
        split = parts(folder)
    floor, check = best["floor"], best["check"]
    print(f"{given.graphs} graphs: importing them {floor:.2f} s, checking them {check:.2f} s;")
    print(f"beyond {check - floor:.2f} s, times {check / floor:.2f}")
    print(", ".join(f"{name} {taken:.2f} s" for name, taken in split.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
