"""`@agent` and `@tool`: what a signature says, and that the function stays a function."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired

import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from agentgraph import (
    Context,
    Fields,
    Message,
    Model,
    Retry,
    Value,
    agent,
    by_model,
    by_person,
    tool,
)
from agentgraph.declare.running import OutsideRunError


class Intent(BaseModel):
    intent: Literal["a", "b"]
    sure: float = 1.0


class Partial(TypedDict):
    reply: str
    note: NotRequired[str]


@dataclass
class Point:
    x: int
    y: int = 0


class View(TypedDict):
    query: str
    hint: NotRequired[str]


class Mine:
    """A context that a test passes by hand."""

    context = "mine"
    thread = None
    agent = "test"
    attempt = 1
    idempotency_key = "key"

    def emit(self, kind: str, data: Any) -> None:
        raise AssertionError(kind)


def reads(declared: Any) -> dict[str, bool]:
    return {read.field: read.required for read in declared.spec.reads}


def writes(declared: Any) -> dict[str, tuple[str | None, bool]]:
    return {write.field: (write.key, write.always) for write in declared.spec.writes}


def test_a_model_is_written_field_by_field_and_its_defaults_too() -> None:
    @agent
    def classify(query: str, limit: int = 3) -> Intent:
        """What is wanted."""
        return Intent(intent="a")

    spec = classify.spec
    assert (spec.name, spec.kind, spec.description) == ("classify", "function", "What is wanted.")
    assert reads(classify) == {"query": True, "limit": False}
    assert (spec.reads[1].has_default, spec.reads[1].default) == (True, 3)
    assert writes(classify) == {"intent": ("intent", True), "sure": ("sure", True)}
    assert spec.output.name == "Intent"
    assert spec.source is not None
    assert spec.source.file == __file__
    assert spec.source.line == inspect.getsourcelines(classify.implementation.function)[1] + 1


def test_a_typeddict_may_leave_fields_alone_a_dataclass_may_not() -> None:
    @agent
    def answer(query: str) -> Partial:
        return {"reply": query}

    @agent
    def place(query: str) -> Point:
        return Point(1)

    assert writes(answer) == {"reply": ("reply", True), "note": ("note", False)}
    assert writes(place) == {"x": ("x", True), "y": ("y", True)}


def test_a_union_writes_what_its_members_write() -> None:
    @agent
    def either(query: str) -> Partial | Intent:
        return {"reply": query}

    assert writes(either) == {
        "reply": ("reply", False),
        "note": ("note", False),
        "intent": ("intent", False),
        "sure": ("sure", False),
    }


def test_writes_names_the_field_or_renames_them() -> None:
    @agent(writes="facts")
    def whole(query: str) -> list[int]:
        return []

    @agent(writes={"intent": "wish"})
    def renamed(query: str) -> Intent:
        return Intent(intent="a")

    @agent
    def nothing(query: str) -> None:
        return None

    assert writes(whole) == {"facts": (None, True)}
    assert set(writes(renamed)) == {"wish", "sure"}
    assert writes(nothing) == {}


def test_a_view_takes_several_fields_as_one_object() -> None:
    @agent(writes="reply")
    def answer(view: Fields[View], limit: int = 1) -> str:
        return view["query"]

    assert reads(answer) == {"query": True, "hint": False, "limit": False}
    assert {read.parameter for read in answer.spec.reads} == {"view", "limit"}


def test_named_renames_and_leaves_the_rest() -> None:
    @agent(writes={"intent": "wish", "sure": "certainty"}, owner="us", version="1.2.3")
    def classify(query: str, limit: int = 3) -> Intent:
        return Intent(intent="b")

    other = classify.named("again", reads={"query": "text"}, writes={"sure": "trust"})
    assert other.spec.name == "again"
    assert reads(other) == {"text": True, "limit": False}
    assert set(writes(other)) == {"wish", "trust"}
    assert (other.spec.owner, other.spec.version) == ("us", "1.2.3")
    assert reads(classify) == {"query": True, "limit": False}
    assert other("x").intent == "b"
    assert set(writes(classify.named("whole", writes="all"))) == {"all"}


def test_outside_a_run_an_agent_is_its_function() -> None:
    @agent(writes="x", timeout=0.001, retry=Retry(attempts=5))
    def add(a: int, b: int = 2) -> int:
        """Adds."""
        return a + b

    @agent(writes="x")
    async def later(a: int) -> int:
        await asyncio.sleep(0)
        return a

    assert (add(1), add(1, b=5), add.__doc__) == (3, 6, "Adds.")
    assert asyncio.run(later(4)) == 4
    with pytest.raises(TypeError, match="missing"):
        add()  # type: ignore[call-arg]  # it is what the test is about


def test_the_context_is_no_part_of_what_callers_see() -> None:
    @agent(writes="x")
    def who(ctx: Context[str], n: int) -> str:
        ctx.emit("note", {"n": n})
        return f"{ctx.agent} {ctx.attempt} {ctx.thread} {n}"

    @agent(writes="x")
    def deps(ctx: Context[str], n: int) -> str:
        return ctx.context

    assert list(inspect.signature(who).parameters) == ["n"]
    assert reads(who) == {"n": True}
    assert who(3) == "who 1 None 3"
    assert who(n=3) == "who 1 None 3"
    with pytest.raises(OutsideRunError, match="only a run has"):
        deps(1)
    assert deps(Mine(), 1) == "mine"  # type: ignore[call-arg,arg-type]  # by hand, for a test
    assert deps(n=1, ctx=Mine()) == "mine"  # type: ignore[call-arg]  # as above


def test_models_and_people_answer_only_in_a_run() -> None:
    @agent(prompt="Sort {query}.", model="fast", fallback=[Model("small"), Value({"intent": "a"})])
    def classify(query: str) -> Intent:
        return by_model()

    @agent(asks="Is it so?", writes="ok")
    def confirm(query: str) -> bool:
        return by_person()

    assert (classify.spec.kind, classify.spec.model) == ("model", "fast")
    assert classify.spec.prompt is not None
    assert classify.spec.prompt.variables == ("query",)
    assert [one.kind for one in classify.spec.policies.fallbacks] == ["model", "value"]
    assert (confirm.spec.kind, confirm.spec.asks) == ("person", "Is it so?")
    with pytest.raises(OutsideRunError, match="inside a run"):
        classify("x")
    with pytest.raises(OutsideRunError, match="nobody to ask"):
        confirm("x")


def test_a_prompt_file_stands_beside_the_module(tmp_path: Path) -> None:
    file = tmp_path / "sort.md"
    file.write_text("Sort {query}, {{braces}}.\n", encoding="utf-8")

    def declare() -> Any:
        @agent(prompt=file)
        def classify(query: str) -> Intent:
            return by_model()

        return classify.spec.prompt

    first = declare()
    assert first.text == "Sort {query}, {{braces}}.\n"
    assert first.file == str(file)
    file.write_text("Sort {query} well.", encoding="utf-8")
    assert declare().digest != first.digest


def test_a_plain_function_falls_back_with_the_same_tools_and_field() -> None:
    @tool(read_only=True)
    def find(n: int) -> int:
        return n

    def simple(n: int) -> int:
        return find(n)

    @agent(writes="m", tools=[find], fallback=simple)
    def clever(n: int) -> int:
        return find(n)

    (stand_in,) = clever.spec.stand_ins
    assert stand_in.name == "simple"
    assert [write.field for write in stand_in.writes] == ["m"]


def test_local_types_and_bound_methods_are_read() -> None:
    class Local(BaseModel):
        text: str

    class Service:
        def fetch(self, key: str) -> Local:
            return Local(text=key)

    assert set(writes(agent(Service().fetch))) == {"text"}
    assert agent(Service().fetch)("k").text == "k"

    @agent
    def direct(local: Local) -> Local:
        return local

    assert reads(direct) == {"local": True}


def test_an_explicit_awaitable_is_awaited() -> None:
    async def work(n: int) -> int:
        return n

    @agent(writes="m")
    def starts(n: int) -> Awaitable[int]:
        return work(n)

    assert starts.implementation.is_async
    assert starts.spec.output.produced == {"type": "integer"}


def test_a_tool_is_its_function_and_its_contract() -> None:
    @tool(read_only=True, idempotent=True, needs="stripe", timeout=2, approval="Pay?")
    def pay(ctx: Context[str], amount: Annotated[int, Field(ge=1)], to: str = "us") -> Point:
        """Pays."""
        return Point(amount)

    spec = pay.spec
    assert (spec.name, spec.description, spec.needs) == ("pay", "Pays.", "stripe")
    assert spec.arguments.accepted == {
        "properties": {"amount": {"minimum": 1, "type": "integer"}, "to": {"type": "string"}},
        "required": ["amount"],
        "title": "PayArguments",
        "type": "object",
    }
    assert spec.policies.timeout == 2
    assert pay(3) == Point(3)
    assert list(inspect.signature(pay).parameters) == ["amount", "to"]


def test_history_and_unions_have_contracts() -> None:
    @agent(writes="reply")
    def talk(messages: list[Message], extra: Intent | Point | None = None) -> str:
        return ""

    accepted = talk.spec.reads[0].contract.accepted
    assert isinstance(accepted, dict)
    assert accepted["type"] == "array"
