"""Threads with lists that are stored by what each step adds, looked at and looked after without their graph."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any

import pytest
from redis import Redis
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Edge,
    Graph,
    Message,
    agent,
    append,
    by_person,
    compile_graph,
    kept,
    open_memory,
    resume_graph,
    run_graph,
    upsert,
)
from agentgraph.compile.growing import GrowingChannel
from agentgraph.errors import ResumeError
from agentgraph.remember.ports import Memory
from agentgraph.run.fork import fork_thread
from agentgraph.run.history import thread_history
from agentgraph.run.state import state_at

CONFIG: Any = {"configurable": {"thread_id": "t"}}


@pytest.fixture
def memory(redis_url: str, prefix: str) -> Iterator[Memory]:
    with open_memory(redis_url, prefix=prefix) as opened:
        yield opened


class Asked(TypedDict):
    text: str


class Talk(TypedDict):
    text: str
    said: Annotated[list[Message], upsert, kept]
    seen: Annotated[list[str], append]
    sure: bool


class Answered(TypedDict):
    said: list[Message]


class Heard(TypedDict):
    said: list[Message]
    seen: list[str]


@agent
def hear(text: str, said: list[Message]) -> Heard:
    new = Message(role="user", content=text, id=f"m{len(said)}")
    return {"said": [new], "seen": [f"{len(said)} before"]}


@agent(asks="Sure?", writes="sure")
def ask(seen: list[str]) -> bool:
    return by_person()


@agent
def answer(said: list[Message], seen: list[str], sure: bool) -> Heard:
    last = Message(role="assistant", content=f"{sure}: {said[-1].content}", id=f"m{len(said)}")
    first = said[0].model_copy(update={"content": f"{said[0].content}!"})
    return {"said": [first, last], "seen": ["answered"]}


talk = Graph(
    "talk",
    input=Asked,
    output=Answered,
    state=Talk,
    edges=[Edge(START, hear), Edge(hear, ask), Edge(ask, answer), Edge(answer, END)],
)


def turn(memory: Memory, text: str, thread: str = "t") -> list[str]:
    """What has been said after one more turn."""
    run_graph(talk, {"text": text}, thread=thread, memory=memory)
    result = resume_graph(talk, True, thread=thread, memory=memory)
    assert result.output is not None
    return [one["content"] for one in result.output["said"]]


def test_history_and_state_are_what_the_graph_says(memory: Memory) -> None:
    for text in ("one", "two", "three"):
        turn(memory, text)
    app = compile_graph(talk, checkpointer=memory.saver)
    assert isinstance(app.channels["said"], GrowingChannel)
    told = list(app.get_state_history(CONFIG))[::-1]
    steps = thread_history(memory, "t")
    assert len(steps) == len(told) > 12
    # A graph shows its lists from the first moment on, empty.
    empty: dict[str, Any] = {"said": [], "seen": []}
    state = empty
    for step, snapshot in zip(steps, told, strict=True):
        state = {**state, **step.changed}
        assert {name: state[name] for name in snapshot.values} == snapshot.values
        assert {**empty, **state_at(memory, "t", step.checkpoint).state} == snapshot.values
        assert state_at(memory, "t", step.checkpoint).step == step


def test_a_thread_forked_from_an_older_step_has_what_was_said_until_then(memory: Memory) -> None:
    turn(memory, "one")
    two = turn(memory, "two")
    waited = next(s for s in reversed(thread_history(memory, "t")) if s.waiting)
    fork_thread(memory, "t", waited.checkpoint, to="other")
    assert resume_graph(talk, thread="other", memory=memory).status == "waiting"
    result = resume_graph(talk, False, thread="other", memory=memory)
    assert result.output is not None
    assert [one["content"] for one in result.output["said"]] == [
        "one!!",
        "True: one",
        "two",
        "False: two",
    ]
    three = turn(memory, "three")
    assert three == ["one!!!", *two[1:], "three", "True: three"]


def test_a_pruned_thread_has_its_lists(memory: Memory) -> None:
    for text in ("one", "two"):
        turn(memory, text)
    run_graph(talk, {"text": "three"}, thread="t", memory=memory)
    before = state_at(memory, "t").state
    memory.saver.prune(["t"])
    assert state_at(memory, "t").state == before
    result = resume_graph(talk, True, thread="t", memory=memory)
    assert result.output is not None
    assert [one["content"] for one in result.output["said"]] == [
        "one!!!",
        "True: one",
        "two",
        "True: two",
        "three",
        "True: three",
    ]


def test_no_step_stores_a_list_again(memory: Memory, redis_url: str, prefix: str) -> None:
    """And the latest state is read in two round trips, however long the list is."""
    text = "It was the best of times, it was the worst of times. " * 40
    held = []
    with Redis.from_url(redis_url) as client:
        for number in range(12):
            turn(memory, f"{number} {text}")
            keys: Any = client.keys(f"{prefix}*")
            held.append(sum(int(client.memory_usage(key, samples=0) or 0) for key in keys))
        app = compile_graph(talk, checkpointer=memory.saver)
        before: Any = client.info("commandstats")
        assert len(app.get_state(CONFIG).values["said"]) == 24
        after: Any = client.info("commandstats")
    names = ("cmdstat_evalsha", "cmdstat_eval")
    calls = [
        sum(stats.get(name, {"calls": 0})["calls"] for name in names) for stats in (before, after)
    ]
    assert calls[1] - calls[0] == 2
    grown = [later - earlier for earlier, later in pairwise(held)]
    assert max(grown[6:]) < 1.5 * min(grown[:6])


def own(current: list[str], update: list[str]) -> list[str]:
    return [*update, *current]


def test_a_graph_that_combines_it_otherwise_cannot_go_on_with_it(memory: Memory) -> None:
    run_graph(talk, {"text": "one"}, thread="t", memory=memory)

    class Other(TypedDict):
        text: str
        said: Annotated[list[Message], upsert, kept]
        seen: Annotated[list[str], own]
        sure: bool

    other = Graph(
        "talk",
        version="2.0.0",
        input=Asked,
        output=Answered,
        state=Other,
        edges=[Edge(START, hear), Edge(hear, ask), Edge(ask, answer), Edge(answer, END)],
    )
    with pytest.raises(ResumeError, match=r"talk\.seen: .* by what each step added") as refused:
        resume_graph(other, True, thread="t", memory=memory)
    assert len(refused.value.problems) == 1
    # A new turn begins the list anew, and may.
    assert run_graph(other, {"text": "two"}, thread="t", memory=memory, abandon=True).questions
    resume_graph(other, True, thread="t", memory=memory)
    assert state_at(memory, "t").state["seen"] == ["answered", "1 before"]
