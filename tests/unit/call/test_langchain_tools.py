"""Tools that were written for LangChain, in a run and out of it."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any

import pytest
from langchain_core.documents import Document
from langchain_core.tools import BaseTool, InjectedToolCallId, StructuredTool
from langchain_core.tools import tool as langchain_tool
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Edge,
    Graph,
    Retry,
    agent,
    arun_graph,
    by_model,
    from_langchain,
    run_graph,
    tool,
)
from agentgraph.check.engine import check_graph
from agentgraph.errors import ContractViolation, DeclarationError
from agentgraph.observe.events import Event, ToolReturned
from tests.fixtures_chat import Calls, ChatServer
from tests.unit.call.test_model_backed import model


class Number(TypedDict):
    n: int


class Shown(TypedDict):
    shown: str


class Passage(TypedDict):
    text: str
    score: float


@langchain_tool
def lookup(number: Annotated[int, Field(ge=1)], since: date | None = None) -> list[Passage]:
    """Find what is known of a number."""
    return [{"text": f"{number} since {since}", "score": 0.5}]


class Weather(BaseTool):
    name: str = "weather"
    description: str = "What the weather is."

    def _run(self, place: str) -> str:
        return f"sun over {place}"


async def _far(place: str) -> str:
    await asyncio.sleep(0)
    return f"far {place}"


SCHEMA = {
    "type": "object",
    "title": "tree",
    "properties": {"tree": {"$ref": "#/$defs/Tree"}, "not-a-name": {"type": "string"}},
    "required": ["tree"],
    "additionalProperties": False,
    "$defs": {
        "Tree": {
            "type": "object",
            "properties": {"under": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}},
        }
    },
}
"""As servers of the Model Context Protocol have it; with a type that holds itself."""


def remote(**more: Any) -> StructuredTool:
    async def call(**arguments: Any) -> Any:
        await asyncio.sleep(0)
        return arguments

    return StructuredTool(
        name="remote", description="Far.", args_schema=SCHEMA, coroutine=call, **more
    )


def one(agent: Any) -> Graph:
    return Graph("one", input=Number, output=Shown, edges=[Edge(START, agent), Edge(agent, END)])


def test_its_own_schema_and_description_are_the_contract() -> None:
    spec = from_langchain(lookup).spec
    assert (spec.name, spec.description) == ("lookup", "Find what is known of a number.")
    accepted: Any = spec.arguments.accepted
    assert accepted["properties"]["number"]["minimum"] == 1
    assert accepted["required"] == ["number"]
    produced: Any = spec.result.produced
    assert produced["items"]["$ref"] == "#/$defs/Passage"
    assert spec.source is not None
    assert spec.source.file == __file__
    assert (spec.read_only, spec.destructive, spec.hints) == (False, True, ())


def test_hints_of_its_metadata_count_and_what_is_given_wins() -> None:
    told = remote(metadata={"readOnlyHint": True, "destructiveHint": True, "idempotentHint": None})
    spec = from_langchain(told, open_world=False).spec
    assert (spec.read_only, spec.open_world, spec.hints) == (
        True,
        False,
        ("read_only", "open_world"),
    )
    spec = from_langchain(told, read_only=False, needs="crm", retry=Retry(2)).spec
    assert (spec.read_only, spec.needs, spec.policies.retry) == (False, "crm", Retry(2))


def test_outside_a_run_it_is_itself() -> None:
    assert from_langchain(Weather())("Rome") == "sun over Rome"
    assert from_langchain(lookup)(number=3)[0]["text"] == "3 since None"
    assert asyncio.run(from_langchain(remote())(tree={})) == {"tree": {}}


def test_a_body_calls_it_and_the_contract_is_held() -> None:
    known = from_langchain(lookup)

    @agent(writes="shown", tools=[known])
    def ask(n: int) -> str:
        return str(known(n, since=date(2026, 1, 2))[0]["text"])

    seen: list[Event] = []
    assert run_graph(one(ask), {"n": 2}, sink=seen.append).output == {"shown": "2 since 2026-01-02"}
    assert [e.tool for e in seen if isinstance(e, ToolReturned)] == ["lookup"]
    with pytest.raises(ContractViolation, match=r"lookup \$\.number"):
        run_graph(one(ask), {"n": 0})


def test_one_that_can_only_be_awaited_is_awaited() -> None:
    far = from_langchain(StructuredTool.from_function(coroutine=_far, name="far", description="-"))
    tree = from_langchain(remote())

    @agent(writes="shown", tools=[far, tree])
    async def ask(n: int) -> str:
        return f"{await far(place=str(n))} {await tree({'under': [{}]})}"

    shown = "far 2 {'tree': {'under': [{}]}}"
    assert asyncio.run(arun_graph(one(ask), {"n": 2})).output == {"shown": shown}
    assert run_graph(one(ask), {"n": 2}).output == {"shown": shown}


def test_a_result_that_breaks_its_contract_is_refused() -> None:
    @langchain_tool
    def liar(n: int) -> int:
        """Lie."""
        return f"{n} or so"  # type: ignore[return-value]

    told = from_langchain(liar)

    @agent(writes="shown", tools=[told])
    def ask(n: int) -> str:
        return str(told(n))

    with pytest.raises(ContractViolation, match="liar returned something else than it promises"):
        run_graph(one(ask), {"n": 1})


def test_what_has_no_json_form_asks_for_the_type_of_its_result() -> None:
    class Retriever(BaseTool):
        name: str = "retriever"
        description: str = "Find documents."

        def _run(self, query: str) -> Any:
            return [Document(query)]

    found = from_langchain(Retriever())

    @agent(writes="shown", tools=[found])
    def ask(n: int) -> str:
        return str(found(str(n)))

    with pytest.raises(ContractViolation, match="name the type in place of Any"):
        run_graph(one(ask), {"n": 1})

    class Page(BaseModel):
        page_content: str

    @tool(read_only=True)
    def pages(query: str) -> list[Page]:
        return [Page(page_content=each.page_content) for each in Retriever().invoke(query)]

    @agent(writes="shown", tools=[pages])
    def wrapped(n: int) -> str:
        return pages(str(n))[0].page_content

    assert run_graph(one(wrapped), {"n": 1}).output == {"shown": "1"}


def test_a_model_calls_it_and_is_told_what_does_not_fit(chat_server: ChatServer) -> None:
    @agent(prompt="{n}", writes="shown", tools=[lookup, remote(), Weather()])
    def ask(n: int) -> str:
        return by_model()

    chat_server.script = [
        Calls((("lookup", {"number": 0}),)),
        Calls((("remote", {"tree": {"under": 1}}),)),
        Calls((("remote", {"tree": {}, "not-a-name": "x"}), ("weather", {"place": "Rome"}))),
        "done",
    ]
    done = run_graph(one(ask), {"n": 1}, models={"default": model(chat_server)})
    assert done.output == {"shown": "done"}
    offered = {each["function"]["name"] for each in chat_server.requests[0]["tools"]}
    assert offered == {"lookup", "remote", "weather"}
    told = [m["content"] for m in chat_server.requests[-1]["messages"] if m["role"] == "tool"]
    assert told[0].startswith("these arguments do not fit")
    assert "$.tree.under" in told[1]
    assert told[2:] == ['{"tree": {}, "not-a-name": "x"}', "sun over Rome"]


def test_a_graph_with_them_checks_clean_and_says_what_it_calls() -> None:
    @agent(writes="shown", tools=[from_langchain(Weather(), read_only=True)])
    def ask(n: int) -> str:
        return str(n)

    graph = one(ask)
    assert not check_graph(graph)
    assert [each.name for each in graph.spec.agents[0].tools] == ["weather"]


def test_what_langgraph_would_put_in_is_told_when_the_graph_is_declared() -> None:
    @langchain_tool
    def counted(n: int, call: Annotated[str, InjectedToolCallId]) -> str:
        """Count."""
        return f"{n}{call}"

    @agent(writes="shown", tools=[counted])
    def ask(n: int) -> str:
        return str(n)

    with pytest.raises(DeclarationError) as told:
        one(ask)
    (problem,) = told.value.problems
    assert "LangGraph would put call into its arguments" in problem.message
    assert problem.where == "counted"
    assert problem.file == __file__


def test_what_is_no_langchain_tool_is_refused() -> None:
    with pytest.raises(DeclarationError, match="is not a LangChain tool"):
        from_langchain(print)
