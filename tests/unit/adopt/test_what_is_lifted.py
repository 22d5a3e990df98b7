"""What is lifted from real LangGraph graphs: parts, ways, schemas, policies; certainty where there is some."""

# Nodes are written as people write them.
# pyright: reportTypedDictNotRequiredAccess=false

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal, TypedDict

import pytest
from langgraph.cache.memory import InMemoryCache
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.managed import IsLastStep
from langgraph.types import CachePolicy, Command, RetryPolicy, Send
from pydantic import BaseModel

from agentgraph.adopt.adopted import Adopted
from agentgraph.adopt.langgraph import adopt_graph, is_graph
from agentgraph.errors import DeclarationError
from agentgraph.model.plan import Choose, Go, targets


class State(TypedDict, total=False):
    text: str
    notes: Annotated[list[str], operator.add]
    last: IsLastStep


class Part(TypedDict):
    text: str


class Answer(TypedDict):
    notes: list[str]


@dataclass
class Data:
    text: str
    notes: Annotated[list[str], operator.add]
    count: int = 0


class Model(BaseModel):
    text: str
    notes: Annotated[list[str], operator.add] = []
    count: int = 0


def one(state: State) -> State:
    return {"notes": [state["text"]]}


def two(state: State) -> State:
    return {"notes": ["two"]}


async def later(state: State) -> State:
    return {"notes": ["later"]}


def by_literal(state: State) -> Literal["two", "__end__"]:
    return "two" if state["text"] else "__end__"


def by_text(state: State) -> str:
    return state["text"]


def to_each(state: State) -> list[Send]:
    return [Send("two", {"text": note}) for note in state["notes"]]


def goes(state: State) -> Command[Literal["two", "three"]]:
    return Command(update={"notes": []}, goto="two")


def goes_unsaid(state: State) -> Command:
    return Command(goto=state["text"])


def built(*nodes: tuple[str, Any], schema: Any = State, **more: Any) -> Any:
    builder: Any = StateGraph(schema, **more)
    for name, node in nodes:
        builder.add_node(name, node)
    builder.add_edge(START, nodes[0][0])
    return builder


def exits(adopted: Adopted, node: str) -> list[Any]:
    return list(adopted.plan.node(node).exits)


def led(adopted: Adopted, node: str) -> set[str]:
    return {target for exit_ in exits(adopted, node) for target in targets(exit_)}


def test_a_plain_edge_goes_and_starts_are_where_it_begins() -> None:
    builder = built(("one", one), ("two", two))
    builder.add_edge("one", "two")
    adopted = adopt_graph(builder)
    assert [exit_.target for exit_ in adopted.plan.start if isinstance(exit_, Go)] == ["one"]
    assert led(adopted, "one") == {"two"}


def test_a_list_edge_waits_for_all_of_its_sources() -> None:
    builder = built(("one", one), ("two", two), ("three", two))
    builder.add_edge(START, "two")
    builder.add_edge(["one", "two"], "three")
    (join,) = adopt_graph(builder).plan.joins
    assert (join.node, set(join.sources), join.last) == ("three", {"one", "two"}, False)


def test_a_deferred_node_waits_for_all_the_rest() -> None:
    builder = built(("one", one), ("two", two))
    builder.add_node("three", two, defer=True)
    builder.add_edge("one", "three")
    builder.add_edge("two", "three")
    (join,) = adopt_graph(builder).plan.joins
    assert (join.node, join.last) == ("three", True)
    assert set(join.sources) == {"one", "two"}


@pytest.mark.parametrize(
    ("router", "ends", "wanted", "unsure"),
    [
        (by_literal, None, {"two", "END"}, False),
        (by_text, {"a": "two", "b": END}, {"two", "END"}, True),
        (by_text, ["two"], {"two"}, True),
        (by_text, None, {"one", "two", "END"}, True),
        (to_each, ["two"], {"two"}, False),
        (lambda state: "two", None, {"two"}, False),
        (partial(by_literal), None, {"two", "END"}, False),
    ],
    ids=["literal", "map", "list", "anywhere", "sends", "lambda", "partial"],
)
def test_a_router_leads_where_its_map_or_its_text_says(
    router: Any, ends: Any, wanted: set[str], unsure: bool
) -> None:
    builder = built(("one", one), ("two", two))
    builder.add_conditional_edges("one", router, ends)
    adopted = adopt_graph(builder)
    assert led(adopted, "one") == wanted
    assert bool(adopted.unsure) is unsure
    assert ("one" in adopted.opaque) is (wanted == {"one", "two", "END"})


def test_what_is_sent_is_a_run_for_each_payload() -> None:
    builder = built(("one", one), ("two", two))
    builder.add_conditional_edges("one", to_each, ["two"])
    (choose,) = exits(adopt_graph(builder), "one")
    assert isinstance(choose, Choose)
    assert [(branch.target, branch.sends) for branch in choose.branches] == [("two", True)]


@pytest.mark.parametrize(
    ("node", "options", "wanted", "opaque"),
    [
        (goes, {}, {"two"}, False),
        (goes_unsaid, {"destinations": ("two",)}, {"two"}, False),
        (goes_unsaid, {}, {"one", "two", "three", "END"}, True),
    ],
    ids=["said", "destinations", "unsaid"],
)
def test_a_command_leads_where_it_says_else_where_it_is_declared_to(
    node: Any, options: Any, wanted: set[str], opaque: bool
) -> None:
    builder: Any = StateGraph(State)
    builder.add_node("one", node, **options)
    builder.add_node("two", two)
    builder.add_node("three", two)
    builder.add_edge(START, "one")
    adopted = adopt_graph(builder)
    assert led(adopted, "one") == wanted
    assert bool(adopted.opaque) is opaque


@pytest.mark.parametrize(
    ("schema", "kind", "required", "validates"),
    [
        (State, "mapping", set(), False),
        (Part, "mapping", {"text"}, False),
        (Data, "object", {"text", "notes"}, False),
        (Model, "object", {"text"}, True),
        (MessagesState, "mapping", {"messages"}, False),
    ],
    ids=["loose", "strict", "dataclass", "pydantic", "messages"],
)
def test_a_state_of_any_kind_has_its_keys(
    schema: Any, kind: str, required: set[str], validates: bool
) -> None:
    state = adopt_graph(built(("one", lambda state: None), schema=schema)).state
    assert set(state.types) == set(schema.__annotations__)
    assert (state.kind, set(state.required), state.validates) == (kind, required, validates)


def test_input_output_and_the_parts_that_nodes_take_are_kept_apart() -> None:
    def narrow(state: Part) -> State:
        return {"notes": [state["text"]]}

    builder = built(("one", narrow), input_schema=Part, output_schema=Answer)
    adopted = adopt_graph(builder)
    assert set(adopted.input.types) == {"text"}
    assert set(adopted.output.types) == {"notes"}
    assert [port.field for port in adopted.spec.output.ports] == ["notes"]
    assert adopted.nodes["one"].takes.made_of is Part


def test_reducers_and_managed_values_are_known() -> None:
    adopted = adopt_graph(built(("one", one)))
    assert adopted.reducers == {"notes": operator.add}
    assert adopted.managed == {"last"}
    assert adopted.keys >= {"text", "notes"}


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"retry_policy": RetryPolicy()}, "retries"),
        ({"cache_policy": CachePolicy()}, "caches"),
        ({"timeout": 1.0}, "is_timed"),
        ({"defer": True}, "defers"),
    ],
)
def test_a_policy_is_known_and_no_other(options: Any, name: str) -> None:
    builder = built(("one", one))
    builder.add_node("two", later, **options)
    facts = adopt_graph(builder).nodes["two"]
    policies = ("retries", "caches", "is_timed", "defers")
    assert {key for key in policies if getattr(facts, key)} == {name}


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("checkpointer", InMemorySaver()),
        ("cache", InMemoryCache()),
        ("interrupt_before", ["one"]),
        ("interrupt_after", ["one"]),
    ],
)
def test_what_a_graph_is_compiled_with_is_known(argument: str, value: Any) -> None:
    adopted = adopt_graph(built(("one", one)).compile(**{argument: value}))
    assert adopted.compiled
    assert set(adopted.arguments) == {argument}
    assert adopted.remembers is (argument == "checkpointer")
    assert adopt_graph(built(("one", one))).arguments == frozenset()


def test_a_compiled_graph_as_a_node_is_lifted_with_what_it_hands_back() -> None:
    inner = built(("deep", two), output_schema=Answer).compile()
    builder = built(("one", one), ("two", inner))
    adopted = adopt_graph(builder)
    facts = adopted.nodes["two"].inner
    assert facts is not None
    assert set(facts.nodes) == {"deep"}
    assert facts.nested
    (agent,) = [agent for agent in adopted.spec.agents if agent.name == "two"]
    assert {write.field for write in agent.writes} == {"notes"}


def test_a_function_that_is_a_graph_is_named_and_has_one_node() -> None:
    @entrypoint()
    def chat(text: str) -> str:
        return text

    assert is_graph(chat)
    adopted = adopt_graph(chat)
    assert (adopted.spec.name, list(adopted.nodes)) == ("chat", ["chat"])


class Desk:
    def __init__(self) -> None:
        self.node = self.answer

    def answer(self, state: State) -> State:
        return {"notes": [state["text"]]}

    def __call__(self, state: State) -> State:
        return {"notes": [state["text"]]}


def made() -> Callable[[State], State]:
    word = "notes"

    def inner(state: State) -> Any:
        return {word: [state["text"]]}

    return inner


@pytest.mark.parametrize(
    "node",
    [
        one,
        lambda state: {"notes": [state["text"]]},
        partial(lambda word, state: {"notes": [word, state["text"]]}, "hello"),
        Desk().node,
        Desk(),
        made(),
    ],
    ids=["function", "lambda", "partial", "method", "callable", "closure"],
)
def test_a_node_of_any_kind_is_read_through_what_it_is_wrapped_in(node: Any) -> None:
    adopted = adopt_graph(built(("one", node)).compile())
    (agent,) = adopted.spec.agents
    assert [read.field for read in agent.reads] == ["text"]
    assert [(write.field, write.always) for write in agent.writes] == [("notes", True)]
    assert adopted.readable == (1, 1)


def test_what_cannot_be_read_is_counted_and_may_take_everything() -> None:
    adopted = adopt_graph(built(("one", len)))
    (agent,) = adopted.spec.agents
    assert adopted.readable == (0, 1)
    assert not any(read.required for read in agent.reads)


@pytest.mark.parametrize("value", [object(), 3, "graph", dict])
def test_what_is_no_graph_is_refused(value: object) -> None:
    assert not is_graph(value)
    with pytest.raises(DeclarationError):
        adopt_graph(value)


@pytest.mark.parametrize("name", ["START", "END"])
def test_a_node_that_cannot_be_told_from_the_start_or_the_end_is_refused(name: str) -> None:
    with pytest.raises(DeclarationError, match="cannot be told"):
        adopt_graph(built(("one", one), (name, two)))
