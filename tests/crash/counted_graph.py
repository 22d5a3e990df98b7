"""A graph whose agents write a line each when they run, as a program that kills itself in one.

    python counted_graph.py URL PREFIX THREAD LOG [KILLED_AT]

With KILLED_AT it begins a turn and dies by SIGKILL in that agent, before it returns; without,
it goes on with the thread and prints the output.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from typing_extensions import TypedDict

from agentgraph import END, START, Context, Edge, Graph, Map, agent, open_memory, resume_graph
from agentgraph import run_graph as start_graph


class Log:
    """Where agents write that they ran, and the one that is killed."""

    def __init__(self, path: str, killed_at: str = "") -> None:
        self.path = Path(path)
        self.killed_at = killed_at

    def wrote(self, line: str) -> None:
        with self.path.open("a") as file:
            file.write(line + "\n")
        if line.split(maxsplit=1)[0] == self.killed_at:
            os.kill(os.getpid(), signal.SIGKILL)


class Number(TypedDict):
    n: int


class Total(TypedDict):
    total: int


@agent(writes="m")
def first(ctx: Context[Log], n: int) -> int:
    ctx.context.wrote(f"first {ctx.idempotency_key}")
    return n + 1


@agent(writes="parts")
async def split(ctx: Context[Log], m: int) -> list[int]:
    ctx.context.wrote(f"split {ctx.idempotency_key}")
    return list(range(m))


@agent(writes="square")
def power(ctx: Context[Log], part: int) -> int:
    ctx.context.wrote(f"power{part} {ctx.idempotency_key}")
    return part * part


class Squares(TypedDict):
    squares: list[int]


@agent(writes="total")
def add(ctx: Context[Log], squares: list[int]) -> int:
    ctx.context.wrote(f"add {ctx.idempotency_key}")
    return sum(squares)


adding = Graph(
    "adding", input=Squares, output=Total, context=Log, edges=[Edge(START, add), Edge(add, END)]
)

graph = Graph(
    "counted",
    version="1.0.0",
    input=Number,
    output=Total,
    context=Log,
    edges=[
        Edge(START, first),
        Edge(first, split),
        Map(split, over="parts", each="part", to=power, into="squares"),
        Edge([power], adding),
        Edge(adding, END),
    ],
)


def main(url: str, prefix: str, thread: str, log: str, killed_at: str = "") -> None:
    with open_memory(url, prefix=prefix) as memory:
        if killed_at:
            start_graph(graph, {"n": 2}, thread=thread, memory=memory, context=Log(log, killed_at))
        else:
            done = resume_graph(graph, thread=thread, memory=memory, context=Log(log))
            print(json.dumps(done.output))


if __name__ == "__main__":
    main(*sys.argv[1:])
