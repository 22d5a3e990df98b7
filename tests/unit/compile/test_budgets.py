"""`Graph(budget=)` when it runs: a turn stops before it takes more, and what is done stays done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, TypedDict

import pytest
from langchain_openai import ChatOpenAI
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command
from pydantic import SecretStr

from agentgraph import (
    END,
    START,
    Budget,
    Edge,
    Graph,
    Map,
    ModelFacts,
    agent,
    by_model,
    by_person,
    compile_graph,
)
from agentgraph.call.errors import BudgetError
from agentgraph.observe.events import Event, Unmetered
from agentgraph.testing.clock import VirtualClock, virtual_clock
from tests.fixtures_chat import ChatServer

THREAD: Any = {"configurable": {"thread_id": "T"}}
PRICED = {"default": ModelFacts(role="default", input_price=1_000, output_price=2_000)}
"""Of the server's 11 and 5 tokens, an answer costs 0.021."""


class Given(TypedDict):
    text: str


class Seen(TypedDict):
    n: int


def asking(name: str, **options: Any) -> Any:
    @agent(name=name, prompt="{text}", writes=f"by_{name}", **options)
    def ask(text: str) -> str:
        return by_model()

    return ask


A, B, C = asking("a"), asking("b"), asking("c")


def chain(*agents: Any, **options: Any) -> Graph:
    stops = [START, *agents, END]
    edges = [Edge(one, other) for one, other in pairwise(stops)]
    return Graph("one", input=Given, edges=edges, **options)


@pytest.fixture
def models(chat_server: ChatServer) -> dict[str, Any]:
    chat_server.script = ["yes"] * 20
    return {"default": ChatOpenAI(model="m", base_url=chat_server.url, api_key=SecretStr("none"))}


def run(graph: Graph, models: Any, saver: Any = None, **options: Any) -> Any:
    compiled = compile_graph(graph, checkpointer=saver, models=models, **options)
    return compiled.invoke({"text": "?"}, THREAD if saver else None)


def go_on(graph: Graph, models: Any, saver: Any, given: Any = None) -> Any:
    """In another process, as far as memory goes."""
    return compile_graph(graph, checkpointer=saver, models=models).invoke(given, THREAD)


def test_tokens_are_counted_from_call_to_call(models: Any, chat_server: ChatServer) -> None:
    with pytest.raises(BudgetError) as stopped:
        run(chain(A, B, C, budget=Budget(tokens=20)), models)
    error = stopped.value
    assert (error.graph, error.bound, error.limit, error.used) == ("one", "tokens", 20, 32)
    assert error.agent == "c"
    assert "tokens allowed are 20, and it is at 32 where c was to start" in str(error)
    assert len(chat_server.requests) == 2
    run(chain(A, B, C, budget=Budget(tokens=32)), models)


@pytest.mark.anyio
async def test_the_same_awaited(models: Any) -> None:
    compiled = compile_graph(chain(A, B, C, budget=Budget(tokens=20)), models=models)
    with pytest.raises(BudgetError):
        await compiled.ainvoke({"text": "?"})


def test_what_is_done_stays_done_and_a_larger_budget_goes_on(
    models: Any, chat_server: ChatServer
) -> None:
    saver = InMemorySaver()
    with pytest.raises(BudgetError):
        run(chain(A, B, C, budget=Budget(tokens=20)), models, saver)
    with pytest.raises(BudgetError) as again:
        go_on(chain(A, B, C, budget=Budget(tokens=20)), models, saver)
    assert again.value.used == 32
    go_on(chain(A, B, C, budget=Budget(tokens=32)), models, saver)
    assert len(chat_server.requests) == 3
    state = compile_graph(chain(A, B, C), checkpointer=saver, models=models).get_state(THREAD)
    assert (state.values["by_c"], state.next) == ("yes", ())


def test_a_new_turn_begins_with_a_full_budget(models: Any) -> None:
    graph, saver = chain(A, B, budget=Budget(tokens=20, steps=2)), InMemorySaver()
    run(graph, models, saver)
    run(graph, models, saver)
    with pytest.raises(BudgetError):
        run(chain(A, B, C, budget=Budget(tokens=20)), models, saver)
    run(graph, models, saver)


def test_the_cost_is_counted_in_the_tables_prices(models: Any) -> None:
    with pytest.raises(BudgetError) as stopped:
        run(chain(A, B, C, budget=Budget(cost=0.04)), models, facts=PRICED)
    assert stopped.value.used == pytest.approx(0.042)
    run(chain(A, B, C, budget=Budget(cost=0.05)), models, facts=PRICED)


def test_a_price_that_is_not_known_is_told_of_once_and_is_not_zero(models: Any) -> None:
    seen: list[Event] = []
    run(chain(A, B, C, budget=Budget(cost=0.001)), models, sink=seen.append)
    told = [event for event in seen if isinstance(event, Unmetered)]
    assert [(event.graph, event.bound, event.role, event.agent) for event in told] == [
        ("one", "cost", "default", "a")
    ]


def test_without_a_budget_nothing_is_counted(models: Any) -> None:
    seen: list[Event] = []
    saver = InMemorySaver()
    run(chain(A, B), models, saver, sink=seen.append)
    assert not [event for event in seen if isinstance(event, Unmetered)]
    found = saver.get_tuple(THREAD)
    assert found is not None
    assert "usage:turn" not in found.checkpoint["channel_values"]


def counting(**budget: Any) -> Graph:
    """Round and round, until `n` is 10."""

    @agent
    def count(n: int = 0) -> Seen:
        return {"n": n + 1}

    @agent
    def look(n: int) -> None:
        return

    edges = [Edge(START, count), Edge(count, look), Edge(look, count, at_most=9, otherwise=END)]
    return Graph("loop", input=Given, edges=edges, budget=Budget(**budget) if budget else None)


def test_steps_are_counted_over_a_resume() -> None:
    saver = InMemorySaver()
    with pytest.raises(BudgetError) as stopped:
        run(counting(steps=6), {}, saver)
    assert (stopped.value.bound, stopped.value.used) == ("steps", 7)
    with pytest.raises(BudgetError) as again:
        go_on(counting(steps=8), {}, saver)
    assert again.value.used == 9
    go_on(counting(steps=20), {}, saver)
    state = compile_graph(counting(), checkpointer=saver).get_state(THREAD)
    assert state.values["n"] == 10


def test_as_many_steps_as_are_allowed_may_be_taken() -> None:
    run(counting(steps=20), {})
    with pytest.raises(BudgetError):
        run(counting(steps=19), {})


@pytest.fixture
def clock() -> Iterator[VirtualClock]:
    with virtual_clock() as made:
        yield made


def slow(clock: VirtualClock, seconds: float) -> Callable[[str], Any]:
    def made(name: str) -> Any:
        @agent(name=name, writes=f"by_{name}")
        def work(text: str) -> str:
            clock.advance(seconds)
            return text

        return work

    return made


def test_seconds_stop_a_turn_between_its_agents_not_within(clock: VirtualClock) -> None:
    of = slow(clock, 4)
    with pytest.raises(BudgetError) as stopped:
        run(chain(of("a"), of("b"), of("c"), budget=Budget(seconds=7)), {})
    assert (stopped.value.bound, stopped.value.used, stopped.value.agent) == ("seconds", 8, "c")


def test_the_time_that_a_person_takes_is_not_counted(clock: VirtualClock) -> None:
    class Yes(TypedDict):
        ok: bool

    @agent(asks="Well?")
    def confirm(text: str) -> Yes:
        return by_person()

    of = slow(clock, 4)
    graph, saver = (
        chain(of("a"), confirm, of("b"), of("c"), budget=Budget(seconds=7)),
        InMemorySaver(),
    )
    run(graph, {}, saver)
    clock.advance(10_000)
    with pytest.raises(BudgetError) as stopped:
        go_on(graph, {}, saver, Command(resume={"ok": True}))
    assert (stopped.value.used, stopped.value.agent) == (8, "c")


def test_what_a_graph_within_takes_counts_for_the_one_around_it(models: Any) -> None:
    inner = Graph(
        "inner", input=Given, edges=[Edge(START, A), Edge(A, B), Edge(B, C), Edge(C, END)]
    )
    with pytest.raises(BudgetError) as stopped:
        run(chain(inner, budget=Budget(tokens=20)), models)
    assert (stopped.value.graph, stopped.value.agent) == ("one", "inner.c")


def test_a_graph_within_has_a_budget_of_its_own(models: Any) -> None:
    inner = Graph(
        "inner",
        input=Given,
        budget=Budget(tokens=10),
        edges=[Edge(START, A), Edge(A, B), Edge(B, END)],
    )
    with pytest.raises(BudgetError) as stopped:
        run(chain(inner), models)
    assert (stopped.value.graph, stopped.value.agent) == ("inner", "inner.b")


def test_a_graph_within_that_stopped_half_way_is_counted_on(models: Any) -> None:
    class Yes(TypedDict):
        ok: bool

    @agent(asks="Well?")
    def confirm(text: str) -> Yes:
        return by_person()

    inner = Graph(
        "inner",
        input=Given,
        edges=[Edge(START, B), Edge(B, confirm), Edge(confirm, C), Edge(C, END)],
    )
    graph, saver = chain(A, inner, asking("d"), budget=Budget(tokens=40)), InMemorySaver()
    run(graph, models, saver)
    with pytest.raises(BudgetError) as stopped:
        go_on(graph, models, saver, Command(resume={"ok": True}))
    assert (stopped.value.used, stopped.value.agent) == (48, "d")


def test_neither_a_failure_edge_nor_a_fallback_takes_over(models: Any) -> None:
    @agent(writes="by_spare")
    def spare(text: str) -> str:
        return text

    def stand_in(text: str) -> str:
        return text

    last = asking("last", fallback=stand_in)
    edges = [
        Edge(START, A),
        Edge(A, last),
        Edge(last, spare, on_failure=True),
        Edge(last, END),
        Edge(spare, END),
    ]
    with pytest.raises(BudgetError):
        run(Graph("one", input=Given, edges=edges, budget=Budget(tokens=10)), models)


def test_every_element_of_a_map_counts(models: Any) -> None:
    class Many(TypedDict):
        texts: list[str]

    @agent(prompt="{item}", writes="told")
    def each(item: str) -> str:
        return by_model()

    @agent(writes="end")
    def finish(all_told: list[str]) -> int:
        return len(all_told)

    edges: list[Any] = [
        Map(START, over="texts", each="item", to=each, into="all_told"),
        Edge(each, finish),
        Edge(finish, END),
    ]
    graph = Graph("many", input=Many, edges=edges, budget=Budget(tokens=47))
    with pytest.raises(BudgetError) as stopped:
        compile_graph(graph, models=models).invoke({"texts": ["a", "b", "c"]})
    assert (stopped.value.used, stopped.value.agent) == (48, "finish")
