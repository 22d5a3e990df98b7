"""A graph of paid steps of every kind, and a process that runs it and is killed where told.

Reads jobs from stdin, one JSON object a line, and runs each in a fork, so that LangGraph is
imported once. A job: url and prefix (of Redis), server (that counts effects), thread, turn,
`awaited`, and where it dies: `dies`: "before" or "after" the `at`-th write to the journal, or
`kill_after` seconds from the first thing done. Answers with the output, "SIGKILL", or an error.
"""

from __future__ import annotations

import asyncio
import http.client
import itertools
import json
import os
import select
import signal
import sys
from typing import Any
from urllib.parse import urlsplit

from langchain_openai import ChatOpenAI
from openai import DefaultAsyncHttpxClient, DefaultHttpxClient
from pydantic import BaseModel, SecretStr
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Context,
    Edge,
    Graph,
    Map,
    agent,
    arun_graph,
    by_model,
    open_memory,
    resume_graph,
    run_graph,
    tool,
)
from agentgraph.errors import AgentgraphError, ResumeError
from agentgraph.remember.ports import Memory
from agentgraph.run.start import aresume_graph
from agentgraph.run.state import state_at
from checkpoints.journal import RedisJournal
from tests.crash.effects_server import EffectsServer


class Given(TypedDict):
    tag: str
    n: int


class Report(TypedDict):
    report: str


class Receipt(BaseModel):
    id: str
    amount: int


class Done(TypedDict):
    done: list[str]
    tag: str


class Judged(TypedDict):
    judged: str


def post(server: str, body: dict[str, Any], key: str | None = None) -> Receipt:
    """Does something to the server that counts."""
    parts = urlsplit(server)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        headers = {"content-type": "application/json"}
        headers |= {"idempotency-key": key} if key else {}
        connection.request("POST", "/effects", json.dumps(body), headers)
        return Receipt.model_validate_json(connection.getresponse().read())
    finally:
        connection.close()


@tool(keyed=True)
def pay(ctx: Context[str], name: str, amount: int, note: str) -> Receipt:
    return post(ctx.context, {"id": name, "amount": amount, "note": note}, ctx.idempotency_key)


@tool
def mail(ctx: Context[str], name: str) -> Receipt:
    return post(ctx.context, {"id": name})


@tool(read_only=True)
def look_up(ctx: Context[str], name: str) -> Receipt:
    return post(ctx.context, {"id": name})


@tool(keyed=True)
async def order(ctx: Context[str], name: str) -> Receipt:
    return await asyncio.to_thread(post, ctx.context, {"id": name}, ctx.idempotency_key)


@agent(writes="plan", prompt="Plan #{tag}.plan#")
def plan(tag: str) -> str:
    return by_model()


@agent(writes="parts", tools=[pay, mail])
def spend(ctx: Context[str], tag: str, n: int, plan: str) -> list[int]:
    note = f"{ctx.now().isoformat()} {ctx.random()}"
    paid = pay(f"#{tag}.paid#", n, note)
    mail(f"#{tag}.mailed#")
    ctx.step("log", post, ctx.context, {"id": f"#{tag}.logged#"})
    return list(range(paid.amount))


@agent(writes="ordered", tools=[order])
async def fetch(ctx: Context[str], part: int, tag: str) -> str:
    both = [order(f"#{tag}.part{part}.a#"), order(f"#{tag}.part{part}.b#")]
    first, second = await asyncio.gather(*both)
    third = await order(f"#{tag}.part{part}.c#")
    return f"{first.id} {second.id} {third.id}"


@agent(writes="judged", prompt="Judge #{tag}.judge#", tools=[look_up])
def judge(tag: str, done: list[str]) -> str:
    return by_model()


@agent(writes={"judged": "judged"}, tools=[pay])
def settle(ctx: Context[str], tag: str, judged: str, done: list[str]) -> Judged:
    paid = pay(f"#{tag}.settled#", len(done), f"{ctx.random()}")
    return {"judged": f"{judged} {paid.id} {paid.amount} {' '.join(done)}"}


judging = Graph(
    "judging",
    input=Done,
    output=Judged,
    context=str,
    edges=[Edge(START, judge), Edge(judge, settle), Edge(settle, END)],
)


@agent(writes="report")
def tell(plan: str, judged: str) -> str:
    return f"{plan} {judged}"


graph = Graph(
    "paid",
    version="1.0.0",
    input=Given,
    output=Report,
    context=str,
    edges=[
        Edge(START, plan),
        Edge(plan, spend),
        Map(spend, over="parts", each="part", to=fetch, into="done"),
        Edge([fetch], judging),
        Edge(judging, tell),
        Edge(tell, END),
    ],
)


def die_at(when: str, number: int) -> None:
    """From now on, the process kills itself before or after the `number`-th step that it records."""
    counted, real = itertools.count(1), RedisJournal.record

    def record(self: Any, thread: str, place: str, *more: Any) -> bytes:
        given = (thread, place, *more)
        if place.startswith("@"):  # what else happened in its runs
            return real(self, *given)
        this = next(counted)
        if (when, number) == ("before", this):
            os.kill(os.getpid(), signal.SIGKILL)
        found = real(self, *given)
        if (when, number) == ("after", this):
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    journal: Any = RedisJournal
    journal.record = record  # in a fork, which is killed for it


def model_of(server: str) -> ChatOpenAI:
    # Without certificates to load, which takes longer than all the rest.
    return ChatOpenAI(
        model="small-1",
        base_url=f"{server}/v1",
        api_key=SecretStr("none"),
        max_retries=0,
        http_client=DefaultHttpxClient(verify=False),
        http_async_client=DefaultAsyncHttpxClient(verify=False),
    )


def warm_up() -> None:
    """All that is loaded and worked out once is there before the forks."""
    with EffectsServer() as server:
        how: dict[str, Any] = {"context": server.url, "models": {"default": model_of(server.url)}}
        run_graph(graph, {"tag": "warm", "n": 1}, **how)
        asyncio.run(arun_graph(graph, {"tag": "warm", "n": 1}, **how))


def run(url: str, prefix: str, server: str, thread: str, turn: int, awaited: bool) -> str:
    """One turn, begun or gone on with; its output."""
    tag = f"{thread}.{turn}"
    given = {"tag": tag, "n": 2}
    with open_memory(url, prefix=prefix) as memory:
        how: dict[str, Any] = {"thread": thread, "memory": memory, "context": server}
        how["models"] = {"default": model_of(server)}
        try:
            going = aresume_graph(graph, **how) if awaited else None
            done = asyncio.run(going) if going is not None else resume_graph(graph, **how)
        except ResumeError:
            if finished := output_of(memory, thread, tag):
                return finished  # it was killed when all was done
            beginning = arun_graph(graph, given, **how) if awaited else None
            done = asyncio.run(beginning) if beginning else run_graph(graph, given, **how)
    return json.dumps(done.output)


def output_of(memory: Memory, thread: str, tag: str) -> str | None:
    """The output of the turn, if it is the thread's last and has ended."""
    try:
        state = state_at(memory, thread).state
    except ResumeError:
        return None
    ended = state.get("tag") == tag and "report" in state
    return json.dumps({"report": state["report"]}) if ended else None


def run_in_fork(job: dict[str, Any]) -> str:
    """How the run ended."""
    read, write = os.pipe()
    kill_after, dies, at = job.pop("kill_after", None), job.pop("dies", ""), job.pop("at", 0)
    pid = os.fork()
    if pid == 0:
        if dies:
            die_at(dies, at)
        os.write(write, b"begins\n")
        try:
            word = run(**job)
        except (AgentgraphError, Exception) as error:
            word = f"{type(error).__name__}: {error}"
        os.write(write, word.encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb", buffering=0) as said:
        said.readline()
        if kill_after is not None and not select.select([said], [], [], kill_after)[0]:
            os.kill(pid, signal.SIGKILL)
        word = said.read().decode()
    _, status = os.waitpid(pid, 0)
    return signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else word


if __name__ == "__main__":
    warm_up()
    for line in sys.stdin:
        print(json.dumps(run_in_fork(json.loads(line))), flush=True)
