"""What type checkers make of the vocabulary. Read by mypy and pyright, never run.

Each expected error stands beside its comment; a comment that is not needed is an error itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Iterator
from datetime import datetime
from typing import Any, assert_type

from pydantic import BaseModel

from agentgraph import (
    END,
    START,
    Agent,
    Cache,
    CircuitBreaker,
    ContentGuard,
    Context,
    Edge,
    Graph,
    Limit,
    Map,
    OwnGuard,
    Retry,
    Route,
    RunResult,
    Tool,
    Value,
    agent,
    astream_graph,
    by_model,
    by_person,
    field,
    run_graph,
    stream_graph,
    tool,
)
from agentgraph.declare.guard import Condition
from agentgraph.observe.events import Event


class Deps: ...


class Reply(BaseModel):
    reply: str


@agent
def bare(n: int, more: str = "") -> Reply:
    return Reply(reply=more)


@agent(writes="reply", retry=Retry(attempts=2), fallback=[bare, Value("x")])
def with_options(n: int) -> str:
    return str(n)


@agent(writes="reply")
async def later(n: int) -> str:
    return str(n)


@agent(writes="reply")
def with_context(ctx: Context[Deps], n: int) -> str:
    assert_type(ctx.context, Deps)
    assert_type(ctx.thread, str | None)
    return ""


def priced(n: int, more: str = "") -> Reply:
    return Reply(reply=more)


async def fetched(n: int) -> list[Reply]:
    return [Reply(reply=str(n))]


@agent(writes="reply")
async def with_steps(ctx: Context[Deps], n: int) -> str:
    assert_type(ctx.step("priced", priced, n, more="x"), Reply)
    assert_type(await ctx.step("fetched", fetched, n), list[Reply])
    assert_type(ctx.now(), datetime)
    assert_type(ctx.random(), float)
    ctx.step("priced", priced, "1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ctx.step("priced", priced)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    return ""


@agent(prompt="Say {n}.")
def model_backed(n: int) -> Reply:
    return by_model()


@agent(asks="Well?", writes="ok")
def person_backed(n: int) -> bool:
    return by_person()


class Names:
    name = "names"

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        yield from ()


class Nameless:
    def find(self, text: str) -> list[str]:
        return [text]


@agent(
    writes="reply",
    breaker=CircuitBreaker(calls=3),
    limit=Limit("mail"),
    cache=Cache(ttl=1),
    guards=[ContentGuard("cards", "redact"), OwnGuard(Names(), at="input")],
)
def with_policies(ctx: Context[Deps], n: int) -> str:
    assert_type(ctx.deadline, float | None)
    assert_type(ctx.degraded, tuple[str, ...])
    return ""


ContentGuard("cards", "hide")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
OwnGuard(Nameless())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
CircuitBreaker(3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


@tool(read_only=True, limit=Limit(per_second=3), cache=Cache(ttl=3), guards=[OwnGuard(Names())])
async def find(ctx: Context[Deps], key: str) -> Reply:
    return Reply(reply=key)


assert_type(bare(1), Reply)
assert_type(bare(n=1, more="x"), Reply)
assert_type(with_options(1), str)
awaited: Coroutine[Any, Any, str] = later(1)
assert_type(with_context(1), str)
assert_type(model_backed(1), Reply)
assert_type(person_backed(1), bool)
found: Coroutine[Any, Any, Reply] = find("k")
named: Agent[[int], str] = with_context.named("other", reads={"n": "m"})
also: Tool[[str], Coroutine[Any, Any, Reply]] = find

bare("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
bare()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
bare(1, other=2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
with_context("x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
agent(writes=3)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType,reportCallIssue]
agent(rights="x")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]

assert_type(field("x") == 1, Condition)
assert_type((field("x") > 1) & ~field("y").present, Condition)
wrong = field("x") > "a"  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]

graph = Graph(
    "g",
    input=Reply,
    edges=[
        Edge(START, bare),
        Edge([bare, with_context], later, when=field("x") == 1),
        Route(later, on="x", to={"a": with_options, None: END}),
        Route(with_options, cases=[(field("x") < 1, END)], otherwise=model_backed),
        Map(bare, over="x", each="y", to=later, into="z"),
    ],
)
outer = Graph("outer", edges=[Edge(START, graph), Edge(graph, graph.named("again"))])
Edge(START, len)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Edge(START, bare, when=True)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

assert_type(run_graph(graph, {"reply": "x"}), RunResult)
assert_type(stream_graph(graph, {"reply": "x"}), Iterator[Event | RunResult])
assert_type(astream_graph(graph, {"reply": "x"}), AsyncIterator[Event | RunResult])
