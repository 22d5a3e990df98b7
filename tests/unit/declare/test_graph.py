"""`Graph`: what a declaration becomes, and every mistake in one with its own line."""

from __future__ import annotations

import inspect
import operator
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict

from agentgraph import (
    END,
    START,
    Edge,
    Graph,
    Label,
    Map,
    Message,
    Route,
    agent,
    append,
    compile_graph,
    field,
    kept,
    upsert,
)
from agentgraph.check.engine import check_graph
from agentgraph.errors import DeclarationError
from agentgraph.model.codec import dump, load, spec_hash
from agentgraph.model.graph import EdgeSpec, GraphSpec, MapSpec, RouteSpec


class In(BaseModel):
    n: int
    limit: int = 3


class Out(TypedDict):
    reply: str


class Kind(Enum):
    GOOD = "good"
    BAD = "bad"


@agent(writes="grade")
def judge(n: int) -> Literal["good", "bad"]:
    return "good"


@agent(writes="reply")
def praise(n: int) -> str:
    return "well done"


@agent(writes="reply")
def blame(n: int) -> str:
    return "alas"


@agent(writes="parts")
def split(n: int) -> list[int]:
    return [n]


@agent(writes="square")
def power(part: int) -> int:
    return part * part


def here(offset: int = 0) -> int:
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno + offset


def graph(*ways: Any, **options: Any) -> Graph:
    given: dict[str, Any] = {"input": In, "output": Out, **options}
    return Graph("g", edges=list(ways), **given)


GOOD = (Edge(START, praise), Edge(praise, END))


def test_edges_become_data() -> None:
    line = here(2)
    made = graph(
        Edge(START, judge, when=field("n") > 2),
        Edge([judge, START], praise, at_most=2, otherwise=blame),
        Edge(judge, blame, on_failure=True),
    )
    first, second, third = made.spec.ways
    assert isinstance(first, EdgeSpec)
    assert isinstance(second, EdgeSpec)
    assert isinstance(third, EdgeSpec)
    assert (first.sources, first.target, first.join) == ((START,), "judge", False)
    assert first.when is not None
    assert first.when.text == "n > 2"
    assert first.source is not None
    assert (first.source.file, first.source.line) == (__file__, line)
    assert (second.sources, second.join, second.at_most) == (("judge", START), True, 2)
    assert second.otherwise == "blame"
    assert third.on_failure
    assert [one.name for one in made.spec.agents] == ["judge", "praise", "blame"]


def test_each_case_of_a_route_has_its_own_line() -> None:
    line = here(5)
    made = graph(
        Edge(START, judge),
        Route(
            judge,
            on="grade",
            to={
                "good": praise,
                "bad":
                    blame,
            },
            otherwise=END,
        ),
        Route(praise, cases=[
            (field("n") > 3, END),

            (field("n").is_in([1, 2]), blame),
        ]),
    )  # fmt: skip
    _, first, second = made.spec.ways
    assert isinstance(first, RouteSpec)
    assert isinstance(second, RouteSpec)
    assert first.source is not None
    assert first.source.line == line - 2
    assert [(c.label, c.target) for c in first.cases] == [("good", "praise"), ("bad", "blame")]
    assert [c.source.line - line for c in first.cases if c.source] == [2, 3]
    assert first.otherwise == END
    assert [c.source.line - line for c in second.cases if c.source] == [9, 11]
    assert [c.when.text for c in second.cases if c.when] == ["n > 3", "n in [1, 2]"]


def test_cases_that_are_not_written_out_have_the_line_of_their_route() -> None:
    to = {"good": praise, "bad": blame}
    line = here(1)
    made = graph(Edge(START, judge), Route(judge, on="grade", to=to))
    route = made.spec.ways[1]
    assert isinstance(route, RouteSpec)
    assert {case.source.line for case in route.cases if case.source} == {line}


def test_a_route_asks_a_function() -> None:
    def by_size(n: int, limit: int = 3) -> Literal["big", "small"]:
        return "big" if n > limit else "small"

    def by_kind(n: int) -> Kind | None:
        return Kind.GOOD

    def opaque(n: int) -> str:
        return "x"

    made = graph(
        Edge(START, judge),
        Route(judge, on=by_size, to={"big": praise, "small": blame}),
        Route(praise, on=by_kind, to={Kind.GOOD: END, Kind.BAD: END, None: END}),
        Route(blame, on=opaque, to={"x": END}),
    )
    one, two, three = [way for way in made.spec.ways if isinstance(way, RouteSpec)]
    assert (one.by, one.on) == ("function", "by_size")
    assert [(read.field, read.contract.name, read.required) for read in one.reads] == [
        ("n", "int", True),
        ("limit", "int", False),
    ]
    assert one.returns is not None
    assert one.returns.produced == {"enum": ["big", "small"], "type": "string"}
    assert [case.label for case in two.cases] == ["good", "bad", None]
    assert two.returns is not None
    assert three.returns is None


def test_two_route_functions_may_share_a_name() -> None:
    made = graph(
        Edge(START, judge),
        Route(judge, on=lambda n: "x", to={"x": praise}),
        Route(praise, on=lambda n: "y", to={"y": END}),
    )
    names = [way.on for way in made.spec.ways if isinstance(way, RouteSpec)]
    assert len(set(names)) == 2
    assert set(made.functions) == set(names)


def test_a_map_becomes_data_and_its_list_a_field() -> None:
    made = graph(
        Edge(START, split),
        Map(split, over="parts", each="part", to=power, into="squares"),
        Edge([power], praise),
        Edge(praise, END),
    )
    assert isinstance(made.spec.ways[1], MapSpec)
    assert [one.name for one in made.spec.state] == [
        "n", "limit", "reply", "parts", "squares",
    ]  # fmt: skip


def test_an_adapter_is_an_agent_between() -> None:
    class Local(TypedDict):
        n: int

    def halve(n: int) -> Local:
        return {"n": n // 2}

    made = graph(
        Edge(START, judge), Edge(judge, praise, adapt=halve), Edge(judge, blame, adapt=halve)
    )
    assert [way.adapter for way in made.spec.ways if isinstance(way, EdgeSpec)] == [
        None,
        "halve",
        "halve",
    ]
    assert [one.name for one in made.spec.agents].count("halve") == 1


class State(TypedDict, total=False):
    n: int
    limit: int
    reply: Annotated[str, Label("pii")]
    log: Annotated[list[str], append, kept]
    messages: Annotated[list[Message], upsert]
    best: Annotated[int, lambda a, b: max(a, b)]
    worst: Annotated[int, lambda a, b: min(a, b)]
    total: Annotated[int, operator.add]


def test_state_fields_have_reducers_marks_defaults_and_lines() -> None:
    made = graph(*GOOD, state=State)
    fields = {one.name: one for one in made.spec.state}
    assert fields["log"].reducer == "append"
    assert fields["log"].kept
    assert (fields["log"].has_default, fields["log"].default) == (True, [])
    assert fields["messages"].reducer == "upsert"
    assert fields["reply"].labels == ("pii",)
    assert (fields["total"].reducer, fields["total"].default) == ("_operator:add", 0)
    assert not fields["n"].has_default
    assert fields["best"].reducer != fields["worst"].reducer
    assert made.reducers["best"](1, 2) == 2
    assert made.reducers["worst"](1, 2) == 1
    lines, start = inspect.getsourcelines(State)
    for name, one in fields.items():
        assert one.source is not None
        assert lines[one.source.line - start].strip().startswith(f"{name}:")


def test_an_input_that_may_be_left_out_has_its_default_in_the_state() -> None:
    made = graph(*GOOD)
    limit = made.spec.field("limit")
    assert (limit.has_default, limit.default) == (True, 3)
    assert [(port.field, port.required) for port in made.spec.input.ports] == [
        ("n", True),
        ("limit", False),
    ]


def test_replace_keeps_the_contract() -> None:
    @agent(writes="reply")
    def fake(n: int) -> Literal["ok"]:
        return "ok"

    @agent(writes="other")
    def elsewhere(n: int) -> str:
        return ""

    @agent(writes="reply")
    def wider(n: int) -> str | None:
        return None

    @agent(writes="reply")
    def greedy(n: int, more: str) -> str:
        return ""

    @agent
    def faulty(n: int) -> int:
        return n

    made = graph(*GOOD)
    other = made.replace(praise=fake)
    assert other.agents["praise"].spec.output.name != made.agents["praise"].spec.output.name
    assert made.agents["praise"] is praise
    assert other.replace(praise=praise).spec == made.spec
    for wrong, message in (
        (elsewhere, "it does not write 'reply', as praise does"),
        (wider, "'reply' may be something that praise never writes"),
        (greedy, "it reads 'more', which praise does not"),
        (faulty, "must say where it goes"),
        (len, "len is not an agent"),
    ):
        with pytest.raises(DeclarationError, match=message):
            made.replace(praise=wrong)  # type: ignore[arg-type]  # some are none on purpose
    with pytest.raises(DeclarationError, match="there is no 'prise'"):
        made.replace(prise=fake)


def test_a_graph_stands_where_an_agent_can_and_twice() -> None:
    inner = Graph("inner", input=In, output=Out, edges=GOOD)
    again = inner.named("again", reads={"n": "m"}, writes={"reply": "second"})
    whole = inner.named("whole", writes="all")
    made = Graph(
        "outer",
        input=In,
        edges=[Edge(START, inner), Edge(inner, again), Edge(again, whole), Edge(whole, END)],
    )
    kinds = [(one.name, one.kind, one.graph == inner.spec) for one in made.spec.agents]
    assert kinds == [("inner", "graph", True), ("again", "graph", True), ("whole", "graph", True)]
    assert [write.field for write in made.spec.agent("again").writes] == ["second"]
    assert [write.key for write in made.spec.agent("whole").writes] == [None]
    with pytest.raises(DeclarationError, match="there is no 'm'"):
        inner.named("x", reads={"m": "n"})
    with pytest.raises(DeclarationError, match="there is no 'repl'"):
        inner.named("x", writes={"repl": "n"})


def test_the_spec_is_json_and_comes_back_equal() -> None:
    import json

    made = graph(*GOOD, state=State, version="1.0.0")
    text = json.dumps(dump(made.spec))
    assert load(GraphSpec, json.loads(text)) == made.spec


def test_the_hash_is_of_what_it_means_and_not_of_where_it_stands() -> None:
    def declare(version: str = "1.0.0", bound: int = 2, doc: str = "") -> Graph:
        return graph(Edge(START, praise, when=field("n") > bound), version=version, description=doc)

    def declare_elsewhere() -> Graph:
        return graph(
            Edge(START, praise, when=field("n") > 2), version="1.0.0", description="Other words."
        )

    one = spec_hash(declare().spec)
    assert spec_hash(declare_elsewhere().spec) == one
    assert spec_hash(declare(bound=3).spec) != one
    assert spec_hash(declare(version="1.0.1").spec) != one


def test_what_only_a_map_leads_to_need_not_say_where_its_result_goes() -> None:
    @agent
    def spell(word: str) -> str:
        return word.upper()

    @agent
    def shout(word: str) -> str:
        return f"{word}!"

    @agent(writes="said")
    def join(spelt: list[str]) -> str:
        return " ".join(spelt)

    class Words(TypedDict):
        words: list[str]

    class Said(TypedDict):
        said: str

    made = Graph(
        "words",
        input=Words,
        output=Said,
        edges=[
            Map(START, over="words", each="word", to=spell, into="spelt"),
            Edge(spell, join),
            Edge(join, END),
        ],
    )
    assert [field.name for field in made.spec.state] == ["words", "said", "spelt"]
    assert check_graph(made) == []
    assert compile_graph(made).invoke({"words": ["a", "b"]}) == {"said": "A B"}
    replaced = made.replace(spell=shout)
    assert compile_graph(replaced).invoke({"words": ["a", "b"]}) == {"said": "a! b!"}
    with pytest.raises(DeclarationError, match="must say where it goes"):
        Graph("plain", input=Words, edges=[Edge(START, spell), Edge(spell, END)])
    with pytest.raises(DeclarationError, match="must say where it goes"):
        Graph(
            "both",
            input=Words,
            edges=[
                Map(START, over="words", each="word", to=spell, into="spelt"),
                Edge(START, spell),
            ],
        )
