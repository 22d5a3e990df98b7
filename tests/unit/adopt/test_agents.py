"""A plain LangGraph graph as an agent: its contract is its own schema, and what crosses is JSON."""

from __future__ import annotations

import inspect
from datetime import date
from typing import Annotated, Any

import pytest
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.graph import StateGraph
from langgraph.graph.message import add_messages
from typing_extensions import TypedDict

from agentgraph import END, START, Edge, Graph, Message, from_langgraph, run_graph
from agentgraph.errors import ContractViolation, DeclarationError


class Odd:
    """Has no JSON form."""


class State(TypedDict, total=False):
    day: date
    days: list[date]
    odd: Odd
    messages: Annotated[list[AnyMessage], add_messages]


class Day(TypedDict):
    day: date


class Days(TypedDict):
    days: list[date]


def builder(node: Any) -> StateGraph[Any, Any, Any, Any]:
    made: StateGraph[Any, Any, Any, Any] = StateGraph(State)
    made.add_node("work", node)
    made.set_entry_point("work")
    return made


def twice(state: Day) -> Any:
    assert isinstance(state["day"], date)
    return {"days": [state["day"], state["day"]]}


def around(foreign: Any, given: Any, output: Any) -> Graph:
    return Graph(
        "around", input=given, output=output, edges=[Edge(START, foreign), Edge(foreign, END)]
    )


def test_what_crosses_is_typed_inside_and_json_outside() -> None:
    for graph in (builder(twice), builder(twice).compile()):
        foreign = from_langgraph(graph, name="theirs", reads=["day"], writes=["days"])
        done = run_graph(around(foreign, Day, Days), {"day": date(2026, 1, 2)})
        assert done.output == {"days": ["2026-01-02", "2026-01-02"]}


def test_keys_may_be_renamed() -> None:
    class When(TypedDict):
        when: date

    class Both(TypedDict):
        both: list[date]

    foreign = from_langgraph(builder(twice), reads={"day": "when"}, writes={"days": "both"})
    assert [read.field for read in foreign.spec.reads] == ["when"]
    done = run_graph(around(foreign, When, Both), {"when": "2026-01-02"})
    assert done.output == {"both": ["2026-01-02", "2026-01-02"]}


def test_the_spec_knows_its_place_and_what_it_cannot_tell() -> None:
    foreign = from_langgraph(builder(twice), version="1.0.0", owner="them")
    frame = inspect.currentframe()
    assert frame is not None
    assert foreign.spec.source is not None
    assert (foreign.spec.source.file, foreign.spec.source.line) == (__file__, frame.f_lineno - 4)
    contracts = {read.field: read.contract.accepted for read in foreign.spec.reads}
    assert contracts["day"] == {"format": "date", "type": "string"}
    assert contracts["odd"] is True
    assert (foreign.spec.kind, foreign.spec.version, foreign.spec.owner) == (
        "langgraph",
        "1.0.0",
        "them",
    )


def test_messages_cross_as_json_and_keep_their_ids() -> None:
    class Talk(TypedDict):
        messages: list[Message]

    def answer(state: State) -> Any:
        (asked,) = state.get("messages", [])
        assert isinstance(asked, HumanMessage)
        return {"messages": [AIMessage(f"You said {asked.text}", id="a")]}

    foreign = from_langgraph(builder(answer), reads=["messages"], writes=["messages"])
    given = {"messages": [{"role": "user", "content": "hi", "id": "u"}]}
    assert run_graph(around(foreign, Talk, Talk), given).output == {
        "messages": [
            {"role": "user", "content": "hi", "name": None, "id": "u"},
            {"role": "assistant", "content": "You said hi", "name": None, "id": "a"},
        ]
    }


def test_a_key_that_it_leaves_out_fails_the_call() -> None:
    foreign = from_langgraph(builder(lambda state: {}), reads=["day"], writes=["days"])
    with pytest.raises(ContractViolation, match="left out what it was said to write"):
        run_graph(around(foreign, Day, Days), {"day": "2026-01-02"})


def test_what_is_no_graph_or_no_key_is_told() -> None:
    with pytest.raises(DeclarationError, match="int is not a LangGraph state graph"):
        from_langgraph(3)
    with pytest.raises(DeclarationError) as refused:
        from_langgraph(builder(twice), reads=["dya"], writes=["odd"])
    (problem,) = refused.value.problems
    assert problem.message == "the LangGraph graph has no key 'dya'"
    assert problem.file == __file__
