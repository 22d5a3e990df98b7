"""A thread that one version of a graph left, and another one finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pytest
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Edge,
    Graph,
    agent,
    append,
    by_person,
    kept,
    open_memory,
    resume_graph,
    run_graph,
)
from agentgraph.errors import ResumeError
from agentgraph.remember.ports import Memory


@pytest.fixture
def memory(redis_url: str, prefix: str) -> Iterator[Memory]:
    with open_memory(redis_url, prefix=prefix) as opened:
        yield opened


make_type: Any = TypedDict


class Number(TypedDict):
    n: int


class Total(TypedDict):
    total: int


def typed(function: Any, name: str, parameters: dict[str, Any], returns: Any) -> Any:
    """A function with types that are known only now."""
    function.__name__ = name
    function.__annotations__ = {**parameters, "return": returns}
    return function


def version(
    number: str,
    *,
    n: Any = int,
    grade: Any = Literal["good", "bad"],
    last: str = "finish",
    log: Any = list[str],
) -> Graph:
    """A graph that grades, asks, and finishes; the parts that versions differ in."""
    state: Any = make_type(
        "State",
        {"n": n, "grade": grade, "m": int, "total": int, "log": Annotated[log, append, kept]},
    )
    number_in: Any = make_type("NumberIn", {"n": n})

    done = make_type("Done", {"total": int, "log": log})
    judge = agent(writes="grade")(typed(lambda n: "bad", "judge", {"n": n}, grade))
    ask = agent(asks="How much more?", writes="m")(
        typed(lambda grade: by_person(), "ask", {"grade": grade}, int)
    )
    finish = agent(name=last)(
        typed(lambda m: {"total": m, "log": ["done"]}, "finish", {"m": int}, done)
    )
    return Graph(
        "graded",
        version=number,
        input=number_in,
        output=Total,
        state=state,
        edges=[Edge(START, judge), Edge(judge, ask), Edge(ask, finish), Edge(finish, END)],
    )


one = version("1.0.0")


def test_a_state_that_fits_goes_on_under_another_version(memory: Memory) -> None:
    run_graph(one, {"n": 1}, thread="t", memory=memory)
    wider = version("1.1.0", grade=Literal["good", "bad", "unknown"])
    assert resume_graph(wider, 3, thread="t", memory=memory).output == {"total": 3}


def test_and_back_again(memory: Memory) -> None:
    wider = version("1.1.0", grade=Literal["good", "bad", "unknown"])
    run_graph(wider, {"n": 1}, thread="t", memory=memory)
    assert resume_graph(one, 3, thread="t", memory=memory).output == {"total": 3}


def test_a_state_that_does_not_fit_is_refused_with_all_that_is_wrong(memory: Memory) -> None:
    run_graph(one, {"n": 1}, thread="t", memory=memory)
    other = version("2.0.0", n=str, grade=Literal["good"])
    with pytest.raises(ResumeError) as refused:
        resume_graph(other, 3, thread="t", memory=memory)
    assert [problem.where for problem in refused.value.problems] == ["graded.n $", "graded.grade $"]
    assert "graded 1.0.0" in str(refused.value)
    assert resume_graph(one, 3, thread="t", memory=memory).output == {"total": 3}


def test_an_agent_that_is_gone_is_named(memory: Memory) -> None:
    run_graph(one, {"n": 1}, thread="t", memory=memory)

    @agent(asks="How much more?", writes="m")
    def inquire(n: int) -> int:
        return by_person()

    @agent(writes="total")
    def finish(m: int) -> int:
        return m

    without = Graph(
        "graded",
        version="3.0.0",
        input=Number,
        output=Total,
        edges=[Edge(START, inquire), Edge(inquire, finish), Edge(finish, END)],
    )
    with pytest.raises(ResumeError, match="'ask', is not in this graph"):
        resume_graph(without, 3, thread="t", memory=memory)
    with pytest.raises(ResumeError, match="ask had still to run"):
        run_graph(without, {"n": 1}, thread="t", memory=memory)


def test_a_new_turn_looks_at_what_is_kept_alone(memory: Memory) -> None:
    run_graph(one, {"n": 1}, thread="t", memory=memory)
    resume_graph(one, 3, thread="t", memory=memory)
    turn = version("2.0.0", n=str, grade=Literal["good", "bad"])
    run_graph(turn, {"n": "x"}, thread="t", memory=memory)
    resume_graph(turn, 3, thread="t", memory=memory)
    with pytest.raises(ResumeError, match=r"graded\.log \$"):
        run_graph(version("3.0.0", log=list[int]), {"n": 1}, thread="t", memory=memory)


def test_a_question_that_changed_takes_the_new_answer(memory: Memory) -> None:
    run_graph(one, {"n": 1}, thread="t", memory=memory)
    renamed = version("1.2.0", last="finish_up")
    assert resume_graph(renamed, 3, thread="t", memory=memory).output == {"total": 3}
