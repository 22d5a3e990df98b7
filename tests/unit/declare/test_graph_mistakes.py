"""Every mistake in a graph, told at once, each at its own line."""

from __future__ import annotations

import inspect
import math
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from langgraph.graph.message import add_messages
from pydantic import BaseModel
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Context,
    Edge,
    Graph,
    Map,
    Message,
    Retry,
    Route,
    agent,
    tool,
)
from agentgraph.errors import DeclarationError, Problem


class In(BaseModel):
    n: int


class Out(TypedDict):
    reply: str


class Kind(Enum):
    GOOD = "good"


@agent(writes="grade")
def judge(n: int) -> Literal["good", "bad"]:
    return "good"


@agent(writes="reply")
def praise(n: int) -> str:
    return "well done"


@agent(writes="square")
def power(part: int) -> int:
    return part * part


def here(offset: int = 0) -> int:
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno + offset


def problems(*ways: Any, **options: Any) -> tuple[Problem, ...]:
    with pytest.raises(DeclarationError) as error:
        Graph("g", edges=list(ways), **{"input": In, "output": Out, **options})
    assert all(problem.file for problem in error.value.problems), error.value
    return error.value.problems


def messages(*ways: Any, **options: Any) -> list[str]:
    return [problem.message for problem in problems(*ways, **options)]


GOOD = (Edge(START, praise), Edge(praise, END))


def test_everything_wrong_is_told_with_its_place() -> None:
    def plain(n: int) -> str:
        return ""

    # Typed loosely: what is passed is wrong on purpose.
    edge: Any = Edge
    route: Any = Route
    line = here(2)
    found = problems(
        # One problem a line, in order.
        edge(START, "praise"),
        edge(START, plain),
        edge(None, praise),
        edge(END, praise),
        edge(praise, START),
        edge([], praise),
        edge(START, judge, at_most=0),
        edge(judge, END, otherwise=praise),
        edge(START, judge, on_failure=True),
        edge(START, judge, when=True),
        edge(judge, look_up),
        route(judge),
        route(judge, on="grade", to={}),
        route(judge, on="grade", to={"a": END}, cases=[]),
        route(judge, on=3, to={"a": END}),
        route(judge, on=praise, to={"a": END}),
        route(judge, on="grade", to={(1, 2): END}),
        route(judge, on="grade", to={math.inf: END}),
        route(judge, on="grade", to={Kind.GOOD: END, "good": END}),
        route(judge, cases=[(None, END)]),
        route(judge, cases=[END]),
        route(judge, on="grade", to={"a": praise.named("judge")}),
        Map(judge, over="parts", each="n", to=END, into="x"),
        Map(judge, over="parts", each="nothing", to=power, into="x"),
        "edge",
    )
    by_line: dict[int, list[str]] = {}
    for problem in found:
        assert problem.line is not None
        by_line.setdefault(problem.line - line, []).append(problem.message)
    expected = [
        "the target 'praise' is not an agent of this graph",
        "the target plain is a plain function, not an agent",
        "the source None is not an agent",
        "nothing comes after END",
        "nothing leads to START",
        "an edge from no agent at all",
        "at_most=0 never lets the edge be taken",
        "otherwise= says what follows after at_most=, which is missing",
        "START cannot fail",
        "True is not a condition",
        "the target look_up is a tool, not an agent",
        "a Route takes either on= with to=, or cases=",
        "a Route without branches",
        "a Route takes either on= with to=, or cases=",
        "on= must be the name of a state field or a function of state fields",
        "praise is an agent, not a function",
        "(1, 2) cannot be a label",
        "inf has no JSON form",
        'the label "good" stands here twice',
        "None is not a condition",
        "'END' is not a condition",
        "two different agents are called 'judge'",
        "a Map leads to an agent, not to END",
        "power does not read 'nothing', so it would never see its element",
    ]
    for offset, message in enumerate(expected, start=1):
        assert message in by_line[offset], (offset, message, by_line.get(offset))
    assert any("'edge' is not a way" in problem.message for problem in found)


@tool
def look_up(n: int) -> int:
    return n


def test_agents_that_are_wrong_are_told_of_once_beside_the_rest() -> None:
    @agent(timeout=-1)
    def nameless(n: int) -> int:
        return n

    found = messages(Edge(START, nameless), Edge(nameless, END), Edge(nameless, "x"))
    assert len(found) == 3
    assert sum("must say where it goes" in message for message in found) == 1


def test_a_failure_edge_that_names_who_takes_over_is_told_how_to_say_it() -> None:
    named: Any = praise
    (found,) = problems(*GOOD, Edge(praise, END, on_failure=named))
    assert found.message == "on_failure= says yes or no, and names nobody"
    assert "on_failure=True" in found.help
    assert found.line is not None


def test_names_versions_and_policies_of_a_graph() -> None:
    assert "nothing leads out of START" in messages(Edge(praise, END))
    assert messages(*GOOD, version="one") == ["'one' is not a semantic version"]
    assert messages(*GOOD, timeout=0) == ["a timeout of 0 seconds leaves no time"]
    assert messages(*GOOD, retry=Retry(attempts=0)) == ["0 attempts are none"]
    assert messages(*GOOD, retry=Retry(wait=60)) == ["wait=60 would be cut to max_wait=5"]
    assert Graph("patient", edges=GOOD, retry=Retry(wait=60, max_wait=60)).spec.name == "patient"
    with pytest.raises(DeclarationError, match="a graph needs a name"):
        Graph("", edges=GOOD)
    odd = praise.named("two words")
    assert "'two words' cannot be an agent's name" in messages(Edge(START, odd), Edge(odd, END))


def test_state_classes_that_cannot_be_state() -> None:
    class Bad(TypedDict):
        n: int
        number: type

    lines, start = inspect.getsourcelines(Bad)
    found = problems(*GOOD, state=Bad, input=int, output=Any)
    text = [problem.message for problem in found]
    assert any("arbitrary object" in message for message in text), text
    assert any("int has no fields" in message for message in text), text
    number = next(problem for problem in found if "arbitrary" in problem.message)
    assert number.line == start + next(i for i, line in enumerate(lines) if "number" in line)
    make_type: Any = TypedDict
    hidden = make_type("Hidden", {"n": int, "__hidden": int})
    assert "'__hidden' cannot be a state field" in messages(*GOOD, state=hidden)


def test_langgraphs_message_reducer_is_refused_with_ours_named() -> None:
    class Chat(TypedDict):
        n: int
        messages: Annotated[list[Message], add_messages]

    (problem,) = problems(*GOOD, state=Chat)
    assert "upsert" in problem.help
    assert problem.line == inspect.getsourcelines(Chat)[1] + 2


def test_a_route_function_takes_state_fields_alone() -> None:
    def with_context(ctx: Context[str], n: int) -> str:
        return "x"

    def with_rest(*n: int) -> str:
        return "x"

    for function in (with_context, with_rest, len):
        assert problems(Edge(START, judge), Route(judge, on=function, to={"x": END}))
