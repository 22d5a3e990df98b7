"""What does it save to store a list by what each step adds?

A graph of ours with one agent that adds messages to a list of `append`, step after step, under
durability `sync` on a local socket: with the list as it is by default, and marked `whole`.
LangGraph's savers and ours, each run several times by turns; the best time counts.

How to read it. `KiB` is what the saver holds in the end, `read` the milliseconds of
`get_state`. `trips` are commands that went to Redis, a superstep: a list stored by steps costs
a second one, since LangGraph waits for its writes; on a Redis across a network, each is a
round trip of that network.

    python -m benchmarks.growing [--rounds N]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

from langgraph.checkpoint.memory import InMemorySaver
from typing_extensions import TypedDict

from agentgraph import END, START, Edge, Graph, Route, agent, append, compile_graph, field, whole
from benchmarks._contenders import MEMORY, Contender, in_memory, others, ours
from benchmarks.savers import TEXTS
from checkpoints import EmbeddedRedis

CONFIG: Any = {"configurable": {"thread_id": "t0"}, "recursion_limit": 10_000}
SHAPES = ((20, 10, 500), (300, 1, 500), (300, 1, 40))


class Begin(TypedDict):
    n: int


class Said(TypedDict):
    n: int
    messages: list[dict[str, str]]


class BySteps(TypedDict):
    n: int
    messages: Annotated[list[dict[str, str]], append]


class Whole(TypedDict):
    n: int
    messages: Annotated[list[dict[str, str]], append, whole]


def talk(state: type, steps: int, messages: int, length: int) -> Graph:
    """So many steps, each of so many messages of so many characters."""

    @agent
    def say(n: int) -> Said:
        made = [
            {
                "role": "user",
                "content": TEXTS[(n * messages + i) % len(TEXTS)][:length],
                "id": f"{n}-{i}",
            }
            for i in range(messages)
        ]
        return {"n": n + 1, "messages": made}

    again = Route(say, cases=[(field("n") < steps, say)], otherwise=END)
    edges: list[Edge | Route] = [Edge(START, say), again]
    return Graph("talk", input=Begin, output=Said, state=state, edges=edges)


def once(one: Contender, graph: Graph, steps: int) -> tuple[float, ...]:
    """Milliseconds a step, commands a step, KiB in the end, milliseconds to read."""
    one.clear()
    with one.make() as saver:
        app = compile_graph(graph, checkpointer=saver)
        sent, began = one.sent(), time.perf_counter()
        app.invoke({"n": 0}, CONFIG, durability="sync")
        took, sent = time.perf_counter() - began, one.sent() - sent
        reads = []
        for _ in range(10):
            began = time.perf_counter()
            app.get_state(CONFIG)
            reads.append(time.perf_counter() - began)
        held = in_ram(saver) if isinstance(saver, InMemorySaver) else one.held()
    return took * 1000 / steps, sent / steps, held / 1024, min(reads) * 1000


def in_ram(saver: InMemorySaver) -> int:
    """Bytes that an InMemorySaver holds."""
    held = sum(len(value[1]) for value in saver.blobs.values())
    held += sum(len(one[2][1]) for task in saver.writes.values() for one in task.values())
    for thread in saver.storage.values():
        for space in thread.values():
            held += sum(len(one[0][1]) + len(one[1][1]) for one in space.values())
    return held


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="runs of each; the best counts")
    rounds = parser.parse_args(argv).rounds
    wanted = {MEMORY, "SqliteSaver", "RedisSaver"}
    with tempfile.TemporaryDirectory() as place, EmbeddedRedis(place) as server:
        every = [*in_memory(), *others(Path(place))[0], *ours(server)]
        for steps, messages, length in SHAPES:
            print(f"\n{steps} steps of {messages} x {length} B")
            heads = ("ms/step", "trips", "KiB", "read ms")
            print(f"{'':28}" + "".join(f"{head:>10}" for head in heads))
            graphs = {
                name: talk(state, steps, messages, length)
                for name, state in (("whole", Whole), ("by steps", BySteps))
            }
            for one in every:
                if one.name not in wanted:
                    continue
                found: dict[str, list[tuple[float, ...]]] = {name: [] for name in graphs}
                for _ in range(rounds):
                    for name, graph in graphs.items():
                        found[name].append(once(one, graph, steps))
                for name, runs in found.items():
                    cells = "".join(f"{min(column):10.2f}" for column in zip(*runs, strict=True))
                    print(f"{one.name + ', ' + name:28}{cells.replace('nan', '  -')}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
