"""What a graph looks like moment by moment: faults that cannot happen are not told, others are."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

import pytest

from agentgraph import END, START, Edge, Graph, Route, agent, field, kept
from agentgraph.check.engine import check_graph

Flag = Literal["yes", "no"]


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


@agent(writes="note")
def retry(query: str) -> str:
    return query


@agent(writes="seen")
def check(query: str) -> str:
    return query


@agent(writes="note")
def sum_up(seen: str) -> str:
    return seen


@agent(writes="reply")
def answer(note: str) -> str:
    return note


@agent(writes="facts")
def look_up(query: str) -> str:
    return query


@agent(writes="plan")
def plan(query: str) -> str:
    return query


@agent
def greet(query: str) -> None: ...


@agent(writes="reply")
def merge(facts: str) -> str:
    return facts


def errors(graph: Graph) -> list[tuple[str, str]]:
    return [(f.code, f.place) for f in check_graph(graph) if f.severity == "error"]


@pytest.mark.parametrize(
    ("rounds", "told"), [(1, []), (2, [("AG402", "g.sum_up.note")])], ids=["over", "still going"]
)
def test_a_loop_writes_beside_what_follows_it_only_if_it_goes_round_often_enough(
    rounds: int, told: list[tuple[str, str]]
) -> None:
    graph = Graph(
        "g",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, retry),
            Edge(retry, retry, at_most=rounds),
            Edge(retry, check),
            Edge(check, sum_up),
            Edge(sum_up, answer),
            Edge(answer, END),
        ],
    )
    assert errors(graph) == told


@pytest.mark.parametrize(
    ("late", "told"), [(False, []), (True, [("AG401", "g.merge.facts")])], ids=["beside", "late"]
)
def test_what_is_written_beside_the_only_other_way_is_there_when_both_have_led_on(
    late: bool, told: list[tuple[str, str]]
) -> None:
    to_facts = [Edge(START, plan), Edge(plan, look_up)] if late else [Edge(START, look_up)]
    graph = Graph(
        "g",
        input=Query,
        output=Reply,
        edges=[
            *to_facts,
            Edge(START, greet),
            Edge(greet, merge),
            Edge(look_up, merge),
            Edge(merge, END),
        ],
    )
    assert errors(graph) == told


class Choice(TypedDict):
    query: str
    flag: Flag


@agent(writes="note")
def note_yes(query: str) -> str:
    return query


@agent(writes="note")
def note_no(query: str) -> str:
    return query


@agent(writes="flag")
def flip(query: str) -> Flag:
    return "no"


@pytest.mark.parametrize("flips", [False, True])
def test_two_decisions_on_one_flag_agree_until_it_is_written_between_them(flips: bool) -> None:
    """Behind each decision the flag is overwritten, so that it says no more how it was decided."""
    graph = Graph(
        "g",
        input=Choice,
        edges=[
            Edge(START, greet),
            Edge(START, flip if flips else plan),
            Edge(greet, check, when=field("flag") == "yes"),
            Edge(flip if flips else plan, look_up, when=field("flag") == "no"),
            Edge(check, note_yes),
            Edge(look_up, note_no),
            Edge(note_yes, END),
            Edge(note_no, END),
        ],
    )
    assert errors(graph) == ([("AG402", "g.note_no.note")] if flips else [])


def test_a_bound_that_nobody_can_use_up_leads_nowhere_else() -> None:
    graph = Graph(
        "g",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, plan),
            Edge(plan, look_up, at_most=1, otherwise=greet),
            Edge(look_up, merge),
            Edge(greet, merge),
            Edge(merge, END),
        ],
    )
    assert errors(graph) == []


def test_a_graph_of_too_many_moments_is_told_what_the_quick_analysis_says() -> None:
    """Ten decisions side by side are a thousand moments, two steps long each."""

    def side(number: int) -> list[Edge | Route]:
        @agent(name=f"ask{number}", writes=f"out{number}")
        def ask(query: str) -> Flag:
            return "yes"

        @agent(name=f"yes{number}")
        def yes(query: str) -> None: ...

        @agent(name=f"no{number}")
        def no(query: str) -> None: ...

        return [
            Edge(START, ask),
            Route(ask, on=f"out{number}", to={"yes": yes, "no": no}),
            Edge(yes, END),
            Edge(no, END),
        ]

    sides = [way for number in range(16) for way in side(number)]
    graph = Graph(
        "g",
        input=Query,
        output=Reply,
        edges=[*sides, Edge(START, merge), Edge(merge, END)],
    )
    assert errors(graph) == [("AG401", "g.merge.facts")]


class State(TypedDict):
    query: str
    level: Annotated[Literal["low", "high"], kept]
    reply: str


@agent(writes="level")
def raise_it(query: str) -> Literal["high"]:
    return "high"


@agent(writes="reply")
def warn(level: Literal["high"]) -> str:
    return level


@pytest.mark.parametrize("first", [True, False])
def test_what_an_earlier_turn_may_have_left_is_part_of_what_can_happen(first: bool) -> None:
    begin = Edge(START, raise_it), Edge(raise_it, warn)
    graph = Graph(
        "g",
        input=Query,
        output=Reply,
        state=State,
        edges=[*(begin if first else (Edge(START, warn), Edge(warn, raise_it))), Edge(warn, END)],
    )
    assert errors(graph) == ([] if first else [("AG401", "g.warn.level")])


class Verdicts(TypedDict):
    query: str
    first: Flag
    second: Flag


class BothYes(TypedDict):
    first: Literal["yes"]
    second: Literal["yes"]


class BothNo(TypedDict):
    first: Literal["no"]
    second: Literal["no"]


class Mixed(TypedDict):
    first: Literal["yes"]
    second: Literal["no"]


@agent
def agree(query: str) -> BothYes:
    return {"first": "yes", "second": "yes"}


@agent
def disagree(query: str) -> BothNo:
    return {"first": "no", "second": "no"}


@agent
def waver(query: str) -> Mixed:
    return {"first": "yes", "second": "no"}


@agent
def judge(query: str) -> None: ...


def pick(query: str) -> Literal["agree", "other"]:
    return "agree"


@pytest.mark.parametrize(
    ("other", "told"),
    [(disagree, []), (waver, [("AG301", "error")])],
    ids=["never together", "together"],
)
def test_a_route_on_two_fields_is_asked_of_values_that_come_together(
    other: object, told: list[tuple[str, str]]
) -> None:
    graph = Graph(
        "g",
        input=Query,
        state=Verdicts,
        edges=[
            Route(START, on=pick, to={"agree": agree, "other": other}),  # type: ignore[dict-item]
            Edge(agree, judge),
            Edge(other, judge),  # type: ignore[arg-type]
            Route(
                judge,
                cases=[
                    ((field("first") == "yes") & (field("second") == "yes"), END),
                    ((field("first") == "no") & (field("second") == "no"), END),
                ],
            ),
        ],
    )
    found = [f for f in check_graph(graph) if f.code in ("AG102", "AG301")]
    assert [(f.code, f.severity) for f in found] == told


def test_a_case_that_nothing_meets_does_not_make_a_gap_doubtful() -> None:
    graph = Graph(
        "g",
        input=Choice,
        edges=[
            Edge(START, judge),
            Edge(START, agree),
            Edge(agree, END),
            Route(
                judge,
                cases=[
                    (field("flag") == "yes", END),
                    ((field("first") == "yes") & (field("first") == "no"), END),
                ],
            ),
        ],
    )
    assert [f.code for f in check_graph(graph) if f.code in ("AG102", "AG301")] == ["AG301"]
