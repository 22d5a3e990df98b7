"""Any graph that can be declared is JSON, comes back equal, and is named by what it means."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Cache,
    CircuitBreaker,
    ContentGuard,
    Edge,
    Graph,
    Label,
    Limit,
    Map,
    Model,
    OwnGuard,
    Retry,
    Route,
    Value,
    agent,
    append,
    by_model,
    by_person,
    field,
    kept,
    tool,
)
from agentgraph.lower.plan import lower_graph
from agentgraph.model.codec import dump, load, spec_hash
from agentgraph.model.graph import GraphSpec
from agentgraph.model.plan import Plan


class In(TypedDict):
    n: int
    kind: Literal["a", "b"]


class State(TypedDict, total=False):
    n: Annotated[int, Label("pii")]
    kind: Literal["a", "b"]
    log: Annotated[list[str], append, kept]
    parts: list[int]
    part: int
    squares: list[int]
    reply: str


class Out(TypedDict, total=False):
    reply: str


class Names:
    """A finder of one's own."""

    name = "names"

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        yield from ()


@tool(
    read_only=True,
    timeout=1,
    needs="books",
    breaker=CircuitBreaker(calls=3, on=("OSError",)),
    limit=Limit("books"),
    cache=Cache(ttl=1.5, size=3),
    guards=[OwnGuard(Names(), "redact")],
)
def look_up(n: int, exact: bool = False) -> list[int]:
    """The parts of n."""
    return [n]


def plain(n: int) -> str:
    return ""


@agent(
    writes="parts",
    tools=[look_up],
    retry=Retry(attempts=2, on=("OSError",)),
    timeout=3,
    breaker=CircuitBreaker(probes=2),
    limit=Limit(concurrent=3, wait=0),
    cache=Cache(ttl=9, stale_if_error=1),
    guards=[ContentGuard("length", "redact", longest=9), ContentGuard("cards", at="input")],
)
def split(n: int) -> list[int]:
    """Splits."""
    return [n]


@agent(writes="squares")
def square(part: int) -> int:
    return part * part


@agent(
    writes="reply",
    prompt="Say {kind}.",
    model="fast",
    fallback=[Model("deep"), plain, Value("none")],
    version="1.0.0",
    owner="us",
)
def say(kind: Literal["a", "b"], n: int = 0) -> str:
    return by_model()


@agent(writes="reply", asks="What to say?")
def ask(kind: Literal["a", "b"]) -> str:
    return by_person()


AGENTS: list[Any] = [split, say, ask, Graph("inner", input=In, edges=[Edge(START, split)])]
some = st.sampled_from(AGENTS)
POOLS = st.builds(
    Limit,
    st.sampled_from(["inference", "books"]),
    concurrent=st.integers(1, 3),
    per_second=st.sampled_from([None, 0.5]),
    burst=st.integers(1, 2),
)
conditions = st.sampled_from(
    [None, field("n") > 3, field("kind").is_in(["a"]) & ~field("reply").present]
)


def edges() -> st.SearchStrategy[Any]:
    return st.builds(
        Edge,
        some | st.just(START) | st.lists(some, min_size=1, max_size=3, unique_by=id),
        some | st.just(END),
        when=conditions,
        at_most=st.none() | st.integers(1, 3),
        on_failure=st.booleans(),
    ).filter(lambda edge: not (edge.on_failure and START in edge.sources))


def routes() -> st.SearchStrategy[Any]:
    by_label = st.builds(
        Route, some, on=st.just("kind"), to=st.fixed_dictionaries({"a": some, "b": some})
    )
    cases = st.lists(st.tuples(conditions.filter(lambda one: one is not None), some), min_size=1)
    return by_label | st.builds(Route, some, cases=cases, otherwise=some | st.just(END))


maps = st.builds(
    Map,
    some,
    over=st.just("parts"),
    each=st.just("part"),
    to=st.just(square),
    into=st.just("squares"),
)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    ways = draw(st.lists(edges() | routes() | maps, max_size=5))
    return Graph(
        draw(st.sampled_from(["g", "other"])),
        version=draw(st.none() | st.just("1.2.3-rc.1+b")),
        input=In,
        output=Out,
        state=draw(st.none() | st.just(State)),
        timeout=draw(st.none() | st.just(2.5)),
        breaker=draw(st.none() | st.just(CircuitBreaker(failures=0.25, open_for=1.5))),
        limits=draw(st.lists(POOLS, max_size=2, unique_by=lambda one: one.pool)),
        guards=draw(st.sampled_from([[], [ContentGuard("secrets"), OwnGuard(Names())]])),
        edges=[Edge(START, draw(some)), *ways],
    )


@given(graphs())
def test_a_spec_is_json_and_comes_back_equal(graph: Graph) -> None:
    data = json.loads(json.dumps(dump(graph.spec), allow_nan=False))
    again = load(GraphSpec, data)
    assert again == graph.spec
    assert dump(again) == dump(graph.spec)
    assert spec_hash(again) == spec_hash(graph.spec)


@given(graphs())
def test_a_plan_comes_back_equal_too(graph: Graph) -> None:
    plan = lower_graph(graph.spec)
    assert load(Plan, json.loads(json.dumps(dump(plan)))) == plan


@given(graphs(), graphs())
def test_the_hash_tells_graphs_apart_exactly_where_their_meaning_differs(
    one: Graph, other: Graph
) -> None:
    same = without_places(dump(one.spec)) == without_places(dump(other.spec))
    assert (spec_hash(one.spec) == spec_hash(other.spec)) == same


def without_places(data: Any) -> Any:
    """The spec's JSON without files and lines."""
    if isinstance(data, dict):
        return {key: without_places(value) for key, value in data.items() if key != "source"}
    return [without_places(item) for item in data] if isinstance(data, list) else data
