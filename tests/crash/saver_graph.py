"""A graph that leaves a trace of every node it runs, and a process that runs it where told.

Reads jobs from stdin, one JSON object a line, and runs each in a fork, so that LangGraph is
imported once. A job: folder (of the embedded server), thread, log (the trace), mode
(`invoke` or `ainvoke`), durability, act, and `kill_after`, seconds from when the first node
starts, or null; it kills `victims`: "client", "server", or both. Answers with how the fork ended: the signal, or
"done", or the error's name.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from operator import add
from pathlib import Path
from typing import Annotated, Any

from langgraph.graph import END, START, StateGraph
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry
from typing_extensions import TypedDict

from checkpoints import AsyncRedisSaver, EmbeddedRedis, RedisSaver

STEPS = 6
SIBLINGS = ("left", "right", "last")
ORDER = ["n0", "n1", "n2", *SIBLINGS, "n3", "n4", "n5"]


class State(TypedDict):
    seen: Annotated[list[str], add]


class Job:
    """One run of the graph. `act` says what happens inside: see `misfortune`."""

    def __init__(self, folder: str, thread: str, log: str, act: str = "", **_: Any) -> None:
        self.server = EmbeddedRedis(folder).start()
        self.thread, self.log, self.act = thread, Path(log), act

    def note(self, word: str, node: str) -> None:
        with self.log.open("a") as file:
            file.write(f"{word} {node}\n")

    def node(self, name: str) -> Any:
        def run(state: State) -> dict[str, list[str]]:
            self.note("start", name)
            self.misfortune(name)
            self.note("end", name)
            return {"seen": [name]}

        return run

    def misfortune(self, name: str) -> None:
        """`kill` in `last`, once its siblings' writes are stored; `server` or `both` in n4."""
        if (self.act, name) == ("kill", "last"):
            self.wait_for_siblings()
            os.kill(os.getpid(), signal.SIGKILL)
        if self.act in {"server", "both"} and name == "n4":
            os.kill(int((self.server.folder / "server.pid").read_text()), signal.SIGKILL)
        if (self.act, name) == ("both", "n4"):
            os.kill(os.getpid(), signal.SIGKILL)

    def wait_for_siblings(self) -> None:
        with RedisSaver.from_url(self.server.url) as saver:
            while True:
                found = saver.get_tuple(self.config)
                if found and {"left", "right"} <= {
                    w[2][0] for w in found.pending_writes or () if w[1] == "seen"
                }:
                    return
                time.sleep(0.001)

    @property
    def config(self) -> Any:
        return {"configurable": {"thread_id": self.thread}}

    def graph(self, saver: Any) -> Any:
        builder: Any = StateGraph(State)
        for name in ORDER:
            builder.add_node(name, self.node(name))
        builder.add_edge(START, "n0")
        builder.add_edge("n0", "n1")
        builder.add_edge("n1", "n2")
        for sibling in SIBLINGS:
            builder.add_edge("n2", sibling)
        builder.add_edge(list(SIBLINGS), "n3")
        builder.add_edge("n3", "n4")
        builder.add_edge("n4", "n5")
        builder.add_edge("n5", END)
        return builder.compile(checkpointer=saver)

    def run(self, mode: str, durability: Any) -> None:
        """Begin the thread, or go on with what was begun."""
        if mode == "ainvoke":
            asyncio.run(self.arun(durability))
            return
        with RedisSaver.from_url(self.server.url, retry=Retry(NoBackoff(), 0)) as saver:
            given = None if saver.get_tuple(self.config) else {"seen": ["input"]}
            self.graph(saver).invoke(given, self.config, durability=durability)

    async def arun(self, durability: Any) -> None:
        retry = AsyncRetry(NoBackoff(), 0)  # a dead server stays dead: nobody is waited for
        async with AsyncRedisSaver.from_url(self.server.url, retry=retry) as saver:
            given = None if await saver.aget_tuple(self.config) else {"seen": ["input"]}
            await self.graph(saver).ainvoke(given, self.config, durability=durability)


def run_in_fork(job: dict[str, Any]) -> str:
    """How the run ended."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        one = Job(**job)
        try:
            one.run(job["mode"], job["durability"])
            word = "done"
        except BaseException as error:
            word = type(error).__name__
        one.server.close()
        os.write(write, word.encode())
        os._exit(0)
    os.close(write)
    if job.get("kill_after") is not None:
        while not Path(job["log"]).exists() and not os.waitid(
            os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT
        ):
            time.sleep(0.001)
        time.sleep(job["kill_after"])
        victims = job.get("victims", ["client"])
        if "server" in victims:
            os.kill(int(Path(job["folder"], "redis", "server.pid").read_text()), signal.SIGKILL)
        if "client" in victims:
            os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    with os.fdopen(read, "rb") as said:
        word = said.read().decode()
    return signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else word


if __name__ == "__main__":
    for line in sys.stdin:
        print(run_in_fork(json.loads(line)), flush=True)
