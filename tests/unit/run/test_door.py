"""What may come into a compiled graph, and what must come out."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Any, NotRequired

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command
from pydantic import BaseModel
from typing_extensions import TypedDict

from agentgraph import END, START, Edge, Graph, agent, by_person, compile_graph, field
from agentgraph.errors import ContractViolation

CONFIG: Any = {"configurable": {"thread_id": "t"}}


class Kind(Enum):
    A = "a"


class Visit(BaseModel):
    day: date
    kind: Kind = Kind.A
    score: float = 0.5
    tags: tuple[str, ...] = ()


class Seen(TypedDict):
    seen: str


@agent(writes="seen")
def look(day: date, kind: Kind, score: float, tags: tuple[str, ...]) -> str:
    return f"{day:%d.%m.} {kind.name} {score} {'/'.join(tags)}"


visits = Graph("visits", input=Visit, output=Seen, edges=[Edge(START, look), Edge(look, END)])


@pytest.mark.parametrize(
    "given",
    [
        Visit(day=date(2026, 1, 2), tags=("x", "y")),
        {"day": "2026-01-02", "tags": ["x", "y"]},
        {"day": date(2026, 1, 2), "tags": ("x", "y")},
        {"day": "2026-01-02", "tags": ["x", "y"], "unknown": 1},
    ],
)
def test_an_input_is_taken_typed_or_as_json_and_stored_as_json(given: Any) -> None:
    saver = InMemorySaver()
    app = compile_graph(visits, checkpointer=saver)
    assert app.invoke(given, CONFIG) == {"seen": "02.01. A 0.5 x/y"}
    first = list(saver.list(CONFIG))[-1]
    assert first.checkpoint["channel_values"] == {
        "__start__": {"day": "2026-01-02", "kind": "a", "score": 0.5, "tags": ["x", "y"]}
    }


@pytest.mark.parametrize(
    ("given", "places"),
    [
        ({"day": "soon", "kind": "b"}, ["input $.day", "input $.kind"]),
        ({}, ["input $.day"]),
        ({"day": "2026-01-02", "score": float("nan")}, ["input $.score"]),
        ({"day": date(2026, 1, 2), "score": float("inf")}, ["input $.score"]),
        (7, ["input $"]),
        ("text", ["input $"]),
        ([1], ["input $"]),
    ],
)
def test_an_input_that_does_not_fit_is_refused_before_anything_is_stored(
    given: Any, places: list[str]
) -> None:
    saver = InMemorySaver()
    app = compile_graph(visits, checkpointer=saver)
    with pytest.raises(ContractViolation) as refused:
        app.invoke(given, CONFIG)
    assert [problem.where for problem in refused.value.problems] == places
    assert list(saver.list(CONFIG)) == []


class When(TypedDict):
    at: datetime
    note: NotRequired[str]


@agent(writes="seen")
def tell(at: datetime, note: str = "none") -> str:
    return f"{at:%H:%M} {note}"


times = Graph("times", input=When, output=Seen, edges=[Edge(START, tell), Edge(tell, END)])


def test_a_typeddict_with_a_datetime_comes_in_either_way() -> None:
    app = compile_graph(times)
    assert app.invoke({"at": datetime(2026, 1, 2, 3, 4)}) == {"seen": "03:04 none"}
    assert app.invoke({"at": "2026-01-02T03:04:00", "note": "n"}) == {"seen": "03:04 n"}


@pytest.mark.anyio
async def test_the_door_is_there_when_awaited_and_in_batches() -> None:
    app = compile_graph(times)
    assert await app.ainvoke({"at": datetime(2026, 1, 2, 3, 4)}) == {"seen": "03:04 none"}
    with pytest.raises(ContractViolation):
        await app.ainvoke({"at": "never"})
    with pytest.raises(ContractViolation):
        app.batch([{"at": "never"}])
    bound = app.with_config(tags=["x"])
    with pytest.raises(ContractViolation):
        bound.invoke({"at": "never"})


def test_without_an_input_class_the_fields_of_the_state_may_be_given() -> None:
    class State(TypedDict, total=False):
        n: int
        seen: str

    @agent(writes="seen")
    def show(n: int = 0) -> str:
        return str(n)

    graph = Graph("free", state=State, output=Seen, edges=[Edge(START, show), Edge(show, END)])
    app = compile_graph(graph)
    assert app.invoke({}) == {"seen": "0"}
    assert app.invoke({"n": 3}) == {"seen": "3"}
    with pytest.raises(ContractViolation) as refused:
        app.invoke({"n": "x", "m": 1})
    assert [problem.where for problem in refused.value.problems] == ["input n $", "input free"]


@agent(asks="How many?", writes="n")
def ask(day: date) -> int:
    return by_person()


class Asked(TypedDict):
    n: int


class Day(BaseModel):
    day: date


asking = Graph("asking", input=Day, output=Asked, edges=[Edge(START, ask), Edge(ask, END)])


def test_an_update_from_outside_is_held_to_the_state() -> None:
    app = compile_graph(asking, checkpointer=InMemorySaver())
    app.invoke({"day": "2026-01-02"}, CONFIG)
    for wrong in ({"n": "x"}, {"m": 1}, {"day": date(2026, 1, 2)}, {"n": float("nan")}, [("n", 1)]):
        with pytest.raises(ContractViolation):
            app.update_state(CONFIG, wrong)
        with pytest.raises(ContractViolation):
            app.invoke(Command(update=wrong), CONFIG)
    app.update_state(CONFIG, {"n": 5}, as_node="ask")
    assert app.get_state(CONFIG).values == {"day": "2026-01-02", "n": 5}
    assert app.get_state(CONFIG).next == ()


def test_a_command_may_answer_and_update_at_once() -> None:
    app = compile_graph(asking, checkpointer=InMemorySaver())
    app.invoke({"day": "2026-01-02"}, CONFIG)
    assert app.invoke(Command(resume=3, update={"day": "2026-01-03"}), CONFIG) == {"n": 3}
    assert app.get_state(CONFIG).values["day"] == "2026-01-03"


def test_an_output_that_nobody_wrote_is_a_violation_and_not_silence() -> None:
    """The checker cannot follow an opaque router; the run can."""

    class State(TypedDict, total=False):
        n: int
        seen: str

    class In(TypedDict):
        n: int

    @agent(writes="seen")
    def show(n: int) -> str:
        return str(n)

    @agent
    def skip(n: int) -> None:
        return None

    graph = Graph(
        "gap",
        input=In,
        output=State,
        edges=[Edge(START, skip), Edge(skip, show, when=field("n") > 3), Edge(show, END)],
    )
    app = compile_graph(graph)
    assert app.invoke({"n": 4}) == {"n": 4, "seen": "4"}
    assert app.invoke({"n": 1}) == {"n": 1}

    app.entry._required = ("n", "seen")  # type: ignore[union-attr]  # as if it were promised
    with pytest.raises(ContractViolation) as refused:
        app.invoke({"n": 1})
    assert [problem.where for problem in refused.value.problems] == ["output seen"]


def test_a_field_that_looks_like_the_frameworks_own_is_just_a_value() -> None:
    class Any_(TypedDict):
        data: dict[str, list[str]]

    @agent
    def echo(data: dict[str, list[str]]) -> Any_:
        return {"data": data}

    graph = Graph("echo", input=Any_, output=Any_, edges=[Edge(START, echo), Edge(echo, END)])
    app = compile_graph(graph)
    from agentgraph.lower.refusals import RESERVED_KEY

    given = {"data": {RESERVED_KEY: ["clear"]}}
    assert app.invoke(given) == given


class Puzzle(TypedDict):
    query: str


class Hint(TypedDict):
    hint: NotRequired[str]


@agent
def maybe_hint(query: str) -> Hint:
    return {"hint": query} if query else {}


hinting = Graph(
    "hinting", input=Puzzle, output=Hint, edges=[Edge(START, maybe_hint), Edge(maybe_hint, END)]
)


@agent
def show_hint(hint: str = "none") -> Hint:
    return {"hint": hint}


@pytest.mark.parametrize(("query", "hint"), [("", "none"), ("well", "well")])
def test_an_output_of_which_nothing_was_written_is_an_empty_one(query: str, hint: str) -> None:
    given = {"query": query}
    assert compile_graph(hinting).invoke(given) == ({"hint": query} if query else {})
    around = Graph(
        "around",
        input=Puzzle,
        output=Hint,
        edges=[Edge(START, hinting), Edge(hinting, show_hint), Edge(show_hint, END)],
    )
    assert compile_graph(around).invoke(given) == {"hint": hint}
