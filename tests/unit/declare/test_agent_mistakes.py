"""Every mistake in an agent or a tool, told at once and at its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from agentgraph import Context, Fields, Retry, agent, by_model, by_person, tool
from agentgraph.errors import DeclarationError


class Intent(BaseModel):
    intent: Literal["a", "b"]


@dataclass
class Point:
    x: int
    y: int = 0


def broken(declared: Any) -> list[str]:
    with pytest.raises(DeclarationError) as error:
        declared.spec  # noqa: B018  # reading it is the test
    assert all(problem.file == __file__ for problem in error.value.problems), error.value
    assert all(problem.line for problem in error.value.problems)
    return [f"{problem.where}: {problem.message}" for problem in error.value.problems]


def test_all_that_is_wrong_is_told_at_once() -> None:
    wrong_fallback: Any = ["text"]

    @tool
    def same(n: int) -> int:
        return n

    @agent(
        writes={"nothing": "x"},
        tools=[same, len, same],
        timeout=0,
        retry=Retry(attempts=0),
        version="one",
        fallback=wrong_fallback,
    )
    def wrong(untyped, *rest: int, view: Fields[int], ctx: Context[str]) -> Intent:
        return Intent(intent="a")

    found = broken(wrong)
    for part in (
        "wrong.untyped: it has no type",
        "wrong.rest: * and ** parameters name no state fields",
        "wrong.ctx: the context must be the first parameter",
        "wrong.view: Fields[...] takes a model",
        "wrong writes=: there is no 'nothing'",
        "wrong.tools: len is not a tool",
        "wrong.tools: two tools are called 'same'",
        "wrong.timeout: a timeout of 0 seconds leaves no time",
        "wrong.retry: 0 attempts are none",
        "wrong: 'one' is not a semantic version",
        "wrong.fallback: 'text' cannot stand in",
    ):
        assert any(line.startswith(part) for line in found), (part, found)


@pytest.mark.parametrize("version", ["1", "1.0", "1.0.0.0", "v1.0.0", "01.0.0", "1.0.0-", ""])
def test_a_version_is_semantic(version: str) -> None:
    @agent(writes="x", version=version)
    def one(n: int) -> int:
        return n

    assert broken(one) == [f"one: {version!r} is not a semantic version"]


def test_two_results_do_not_go_to_one_field() -> None:
    @agent(writes={"x": "z", "y": "z"})
    def both(n: int) -> Point:
        return Point(n)

    assert broken(both) == ["both writes=: two fields of its result go to 'z'"]


def test_a_body_must_be_able_to_be_one() -> None:
    class Service:
        @agent(writes="x")
        def fetch(self, key: str) -> str:
            return key

    @agent(writes="x")
    def stream(n: int) -> Any:
        yield n

    @agent
    def untold(n: int):
        return n

    @agent
    def nameless(n: int) -> int:
        return n

    @agent(writes="x")
    def unread(n: Missing) -> int:  # type: ignore[name-defined]  # noqa: F821
        return 1

    assert broken(Service.fetch)[0].startswith("fetch.self: a method is no function")
    assert broken(stream) == ["stream: it is a generator, which returns no value"]
    assert broken(untold) == ["untold: it does not say what it returns"]
    assert "must say where it goes" in broken(nameless)[0]
    assert "annotations cannot be read: name 'Missing' is not defined" in broken(unread)[0]
    with pytest.raises(DeclarationError, match="is not a function"):
        agent(len).spec  # noqa: B018  # reading it is the test


def test_prompts_and_questions_need_their_bodies_and_the_other_way_round() -> None:
    @agent(writes="x", prompt="Say {n}.")
    def idle(n: int) -> int:
        return n

    @agent(writes="x", asks="Well?")
    def idle_too(n: int) -> int:
        return n

    @agent(writes="x")
    def no_prompt(n: int) -> int:
        return by_model()

    @agent(writes="x")
    def no_question(n: int) -> int:
        return by_person()

    @agent(writes="x", prompt="Say.", asks="Well?")
    def torn(n: int) -> int:
        return by_model()

    @agent(writes="x", prompt="Say {n!r:{w}} or {0}.")
    def odd(n: int) -> int:
        return by_model()

    @agent(writes="x", prompt="Say {n.")
    def open_brace(n: int) -> int:
        return by_model()

    @agent(writes="x", prompt="nowhere.md")
    def lost(n: int) -> int:
        return by_model()

    assert "its own body would never run" in broken(idle)[0]
    assert "its own body would never run" in broken(idle_too)[0]
    assert "it has no prompt" in broken(no_prompt)[0]
    assert "it asks nothing" in broken(no_question)[0]
    assert "both prompt= and asks=" in broken(torn)[0]
    assert "is not a placeholder" in broken(odd)[0]
    assert "placeholders cannot be read" in broken(open_brace)[0]
    assert "'nowhere.md' cannot be read: No such file" in broken(lost)[0]


def test_a_tool_tells_all_that_is_wrong_too() -> None:
    @tool(timeout=-1, version="x")
    def odd(n, m: type) -> set[type]:
        return set()

    found = broken(odd)
    assert "odd.n: it has no type" in found
    assert any("timeout of -1" in line for line in found)
    assert any("OddArguments.m" in line for line in found), found
