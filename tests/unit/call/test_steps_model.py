"""Answers of models are recorded steps: a conversation that was cut off is told again from its record."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, SecretStr
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Budget,
    Context,
    Edge,
    Graph,
    Model,
    ModelFacts,
    Retry,
    agent,
    by_model,
    tool,
)
from agentgraph.call.errors import BudgetError, NonDeterminismError
from agentgraph.errors import ContractViolation
from agentgraph.observe.events import AnswerRefused, Event, ModelAnswered
from agentgraph.remember.ports import Memory
from tests.fixtures_chat import Calls, ChatServer, Status
from tests.unit.call.recording import Driven, World, journal_of, new_memory


class Query(TypedDict):
    query: str


class Intent(BaseModel):
    intent: str
    order: int


GOOD = {"intent": "status", "order": 7}
BAD = {"intent": "status", "order": "seven"}
PRICED = {"default": ModelFacts(role="default", input_price=1_000, output_price=2_000)}


@pytest.fixture
def memory() -> Memory:
    return new_memory()


@pytest.fixture(params=["blocking", "awaited"])
def driven(request: pytest.FixtureRequest) -> Iterator[Driven]:
    with asyncio.Runner() as runner:  # one loop: the client keeps its connections
        yield Driven(awaited=request.param == "awaited", runner=runner)


@tool
def look_up(ctx: Context[World], number: int) -> int:
    ctx.context.do(number)
    ctx.context.pass_by("tool")
    return number + 1


def graph_of(agent: Any, **options: Any) -> Graph:
    edges = [Edge(START, agent), Edge(agent, END)]
    return Graph("one", input=Query, output=Intent, context=World, edges=edges, **options)


def asking(prompt: str = "What: {query}", **options: Any) -> Any:
    @agent(prompt=prompt, tools=[look_up], **options)
    def ask(query: str) -> Intent:
        return by_model()

    return ask


def how_of(server: ChatServer, memory: Memory, world: World) -> dict[str, Any]:
    key = SecretStr("none")
    chat = ChatOpenAI(model="small-1", base_url=server.url, api_key=key, max_retries=0)
    return {
        "thread": "t",
        "memory": memory,
        "context": world,
        "models": {"default": chat},
        "facts": PRICED,
    }


CONVERSATION = [
    Calls((("look_up", {"number": 1}), ("look_up", {"number": 2}))),
    Calls((("answer", BAD),)),
    Calls((("look_up", {"number": 3}),)),
    Calls((("answer", GOOD),)),
]


def test_a_conversation_goes_on_where_it_was_cut_off(
    driven: Driven, memory: Memory, chat_server: ChatServer
) -> None:
    world = World()
    how = how_of(chat_server, memory, world)
    graph = graph_of(asking())
    chat_server.script = list(CONVERSATION)
    world.dies_at = "tool"
    driven.cut_off(driven.run, graph, {"query": "?"}, **how)
    assert (len(chat_server.requests), world.done) == (1, [1])
    world.dies_at = ""
    seen: list[Event] = []
    done = driven.resume(graph, **how, sink=seen.append)
    assert done.output == GOOD
    assert len(chat_server.requests) == len(CONVERSATION), "no answer was paid for twice"
    assert world.done == [1, 1, 2, 3]
    assert done.usage.calls == 3, "this run has paid for the rest"
    assert len([event for event in seen if isinstance(event, ModelAnswered)]) == 3
    kept = [record for record in journal_of(memory).kept() if record.kind == "model"]
    assert [record.tokens for record in kept] == [[11, 5]] * 4
    assert kept[0].cost == pytest.approx(0.021)
    assert kept[0].codec == "reply"


def test_a_structured_answer_and_its_repairs_are_told_again(
    driven: Driven, memory: Memory, chat_server: ChatServer
) -> None:
    @agent(prompt="What: {query}")
    def ask(query: str) -> Intent:
        return by_model()

    how = how_of(chat_server, memory, World())
    graph = graph_of(ask)
    chat_server.script = [BAD, Status(500), GOOD]
    with pytest.raises(Exception, match="500"):
        driven.run(graph, {"query": "?"}, **how)
    seen: list[Event] = []
    done = driven.resume(graph, **how, sink=seen.append)
    assert done.output == GOOD
    refused = [event.problems for event in seen if isinstance(event, AnswerRefused)]
    assert len(refused) == 1
    assert len(chat_server.requests) == 3
    assert chat_server.requests[1]["messages"] == chat_server.requests[2]["messages"]
    assert done.usage.calls == 1


def test_a_retry_asks_anew_where_a_conversation_led_nowhere(
    driven: Driven, memory: Memory, chat_server: ChatServer
) -> None:
    @agent(prompt="What: {query}", retry=Retry(attempts=2, wait=0, on=("ContractViolation",)))
    def ask(query: str) -> Intent:
        return by_model()

    how = how_of(chat_server, memory, World())
    graph = graph_of(ask)
    chat_server.script = [BAD, BAD, BAD, BAD, BAD, BAD]
    with pytest.raises(ContractViolation):
        driven.run(graph, {"query": "?"}, **how)
    assert len(chat_server.requests) == 6
    chat_server.script = [BAD, GOOD]
    assert driven.resume(graph, **how).output == GOOD
    assert len(chat_server.requests) == 8, "what led nowhere is not told again"


def test_a_fallback_model_has_its_own_answers(
    driven: Driven, memory: Memory, chat_server: ChatServer
) -> None:
    @agent(prompt="What: {query}", fallback=Model("small"))
    def ask(query: str) -> Intent:
        return by_model()

    how = how_of(chat_server, memory, World())
    graph = graph_of(ask)
    chat_server.script = [BAD, BAD, BAD, Status(500), GOOD]
    with pytest.raises(Exception, match="500"):
        driven.run(graph, {"query": "?"}, **how)
    chat_server.script = [GOOD]
    assert driven.resume(graph, **how).output == GOOD
    assert len(chat_server.requests) == 5


def test_another_prompt_in_place_of_the_one_that_was_asked_is_refused(
    driven: Driven, memory: Memory, chat_server: ChatServer
) -> None:
    world = World()
    how = how_of(chat_server, memory, world)
    chat_server.script = list(CONVERSATION)
    world.dies_at = "tool"
    driven.cut_off(driven.run, graph_of(asking()), {"query": "?"}, **how)
    world.dies_at = ""
    with pytest.raises(NonDeterminismError, match=r"asks for the model 'default' \(\w+\), where"):
        driven.resume(graph_of(asking("Now: {query}")), **how)
    assert len(chat_server.requests) == 1
    assert driven.resume(graph_of(asking()), **how).output == GOOD


def test_what_an_answer_took_counts_for_the_turn_once(
    driven: Driven, memory: Memory, chat_server: ChatServer
) -> None:
    world = World()
    how = how_of(chat_server, memory, world)
    chat_server.script = list(CONVERSATION)
    world.dies_at = "tool"
    first, second = asking(), asking().named("second", writes={"intent": "other", "order": "n"})
    edges = [Edge(START, first), Edge(first, second), Edge(second, END)]
    graph = Graph(
        "one", input=Query, output=Intent, context=World, edges=edges, budget=Budget(tokens=63)
    )
    driven.cut_off(driven.run, graph, {"query": "?"}, **how)
    world.dies_at = ""
    with pytest.raises(BudgetError, match="tokens allowed are 63, and it is at 64"):
        driven.resume(graph, **how)
    assert len(chat_server.requests) == 4
