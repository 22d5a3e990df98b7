"""Tools that cannot be called or offered (AG109), and what becomes of them over a real wire."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from annotated_types import Ge, Le
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, SecretStr
from typing_extensions import TypedDict

from agentgraph import END, START, Edge, Graph, agent, by_model, run_graph, tool
from agentgraph.call.model_call import ANSWER
from agentgraph.check.engine import check_graph
from agentgraph.check.rules import tool_misfit
from agentgraph.errors import ContractViolation
from tests.fixtures_chat import Calls, ChatServer


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


class Text(TypedDict):
    text: str


Never = Annotated[int, Ge(10), Le(5)]


@tool
def answer(text: str) -> str:
    """The answer that we gave last time."""
    return text


@tool
def find(text: str) -> str:
    """Finds it."""
    return text


def asked(*tools: Any) -> Graph:
    @agent(prompt="{query}", tools=tools)
    def respond(query: str) -> Reply:
        return by_model()

    return Graph("g", input=Query, output=Reply, edges=[Edge(START, respond), Edge(respond, END)])


def asked_for_text(*tools: Any) -> Graph:
    @agent(prompt="{query}", writes="text", tools=tools)
    def respond(query: str) -> str:
        return by_model()

    return Graph("g", input=Query, output=Text, edges=[Edge(START, respond), Edge(respond, END)])


def worked_out(*tools: Any) -> Graph:
    @agent(tools=tools)
    def respond(query: str) -> Reply:
        return {"reply": query}

    return Graph("g", input=Query, output=Reply, edges=[Edge(START, respond), Edge(respond, END)])


def said(graph: Graph) -> list[tuple[str, str]]:
    return [(f.severity, f.place) for f in check_graph(graph) if f.code == "AG109"]


def model(server: ChatServer) -> ChatOpenAI:
    return ChatOpenAI(
        model="small-1", base_url=server.url, api_key=SecretStr("none"), max_retries=0
    )


def test_a_tool_called_answer_is_taken_for_the_answer(
    chat_server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(asked(answer)) == [("error", "g.respond.answer")]
    monkeypatch.setattr("agentgraph.compile.graph.check_graph", lambda graph, **_: [])
    chat_server.script = [Calls((("answer", {"text": "x"}),))] * 3
    with pytest.raises(ContractViolation, match="reply"):
        run_graph(asked(answer), {"query": "x"}, models={"default": model(chat_server)})
    offered = [one["function"]["name"] for one in chat_server.requests[0]["tools"]]
    assert offered == [tool_misfit._ANSWER, ANSWER]


def test_where_the_answer_is_text_the_name_is_free(chat_server: ChatServer) -> None:
    assert said(asked_for_text(answer)) == []
    chat_server.script = [Calls((("answer", {"text": "x"}),)), "done"]
    made = asked_for_text(answer)
    found = run_graph(made, {"query": "x"}, models={"default": model(chat_server)})
    assert found.output == {"text": "done"}


def test_a_bound_that_leaves_nothing() -> None:
    @tool
    def one(text: str, limit: Never) -> str:
        """One."""
        return text

    @tool
    def other(text: str, limit: Never = 7) -> str:
        """Other: without it, it can be called."""
        return text

    @tool
    def third(text: str) -> Never:
        """Third."""
        return 7

    assert said(worked_out(one, other, third)) == [
        ("error", "g.respond.one.limit"),
        ("error", "g.respond.other.limit"),
        ("error", "g.respond.third"),
    ]


def test_a_bound_deep_inside() -> None:
    class Inner(BaseModel):
        amount: Never

    class Outer(BaseModel):
        inner: Inner
        others: list[Inner] = []

    @tool
    def pay(order: Outer) -> str:
        """Pays it."""
        return ""

    @tool
    def pay_some(orders: list[Inner]) -> str:
        """Pays none, if there is none."""
        return ""

    assert said(worked_out(pay)) == [("error", "g.respond.pay.order")]
    assert said(worked_out(pay_some)) == []


@pytest.mark.parametrize("name", ["look up", "look.up", "größe", "x" * 65])
def test_a_name_that_providers_refuse_is_told_where_a_model_is_to_use_it(name: str) -> None:
    named = tool(name=name)(find.implementation.function)
    assert said(asked(named)) == [("warning", f"g.respond.{name}")]
    assert said(worked_out(named)) == []


def test_an_argument_that_some_providers_refuse() -> None:
    @tool
    def order(größe: int) -> str:  # noqa: PLC2401  # that is the point
        """Orders it."""
        return ""

    assert said(asked(order)) == [("warning", "g.respond.order.größe")]
    assert said(worked_out(order)) == []


def test_a_tool_of_two_agents_is_told_once() -> None:
    @tool
    def odd(text: str) -> Never:
        """Odd."""
        return 7

    first = worked_out(odd).agents["respond"]

    @agent(tools=[odd])
    def again(reply: str) -> Reply:
        return {"reply": reply}

    made = Graph(
        "g",
        input=Query,
        output=Reply,
        edges=[Edge(START, first), Edge(first, again), Edge(again, END)],
    )
    assert said(made) == [("error", "g.respond.odd")]


class Tree(BaseModel):
    kids: list[Tree] = []


def test_what_can_be_called_is_not_told_of() -> None:
    @tool
    def nothing() -> None:
        """Takes nothing and gives nothing."""

    @tool
    def grow(tree: Tree, by: int | None = None) -> Tree:
        """A type within itself."""
        return tree

    @tool(name="find-it_2")
    def named(text: str) -> str:
        """Fine."""
        return text

    assert said(asked(nothing, grow, named, find)) == []
    assert said(worked_out(nothing, grow, named, find, answer)) == []
