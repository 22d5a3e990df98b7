"""A run that stands still in its second agent until it is told to go on, as a program.

    python held_graph.py URL PREFIX THREAD run|arun|stream

It says "held" on stdout when it stands still, goes on when a line comes on stdin, and prints
the output, or the name and words of the error that ended it.
"""

from __future__ import annotations

import asyncio
import json
import sys

from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Edge,
    Graph,
    RunResult,
    agent,
    arun_graph,
    open_memory,
    run_graph,
    stream_graph,
)
from agentgraph.errors import AgentgraphError
from agentgraph.remember.ports import Memory


class Number(TypedDict):
    n: int


class Shown(TypedDict):
    shown: str


@agent(writes="doubled")
def double(n: int) -> int:
    return 2 * n


@agent(writes="waited")
def wait(doubled: int) -> int:
    print("held", flush=True)
    sys.stdin.readline()
    return doubled + 1


@agent(writes="shown")
def show(waited: int) -> str:
    return str(waited)


graph = Graph(
    "held",
    version="1.0.0",
    input=Number,
    output=Shown,
    edges=[Edge(START, double), Edge(double, wait), Edge(wait, show), Edge(show, END)],
)


def taken(how: str, thread: str, memory: Memory) -> RunResult:
    if how == "arun":
        return asyncio.run(arun_graph(graph, {"n": 2}, thread=thread, memory=memory))
    if how == "stream":
        *_, result = stream_graph(graph, {"n": 2}, thread=thread, memory=memory)
        assert isinstance(result, RunResult)
        return result
    return run_graph(graph, {"n": 2}, thread=thread, memory=memory)


def main(url: str, prefix: str, thread: str, how: str) -> None:
    with open_memory(url, prefix=prefix) as memory:
        try:
            print(json.dumps(taken(how, thread, memory).output))
        except AgentgraphError as error:
            print(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
