"""What plain LangGraph graphs in the wild do that is no fault, or no second one."""

# ruff: noqa: RET503, RET505  # the routers are written as they are in the wild

# pyright: reportTypedDictNotRequiredAccess=false

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command

from agentgraph.adopt.langgraph import adopt_graph
from agentgraph.check.engine import check_graph
from agentgraph.check.finding import Finding


def findings(builder: Any) -> list[Finding]:
    told = check_graph(adopt_graph(builder, file=__file__))
    return [one for one in told if one.severity != "note"]


def codes(builder: Any) -> list[str]:
    return [one.code for one in findings(builder)]


class Draft(TypedDict, total=False):
    text: str
    polished: bool


def sketch(state: Draft) -> Draft:
    return {"text": state["text"].strip()}


def polish(state: Draft) -> Draft:
    return {"text": state["text"].title(), "polished": True}


def with_polish(wanted: bool) -> Any:
    builder: Any = StateGraph(Draft)
    builder.add_node("sketch_if", sketch)
    builder.add_node("polish_if", polish)
    builder.add_edge(START, "sketch_if")
    if wanted:
        builder.add_edge("sketch_if", "polish_if")
    else:
        builder.add_edge("sketch_if", END)
    builder.add_edge("polish_if", END)
    return builder


def without_polish() -> Any:
    builder: Any = StateGraph(Draft)
    builder.add_node("sketch_only", sketch)
    builder.add_node("polish_never", polish)
    builder.add_edge(START, "sketch_only")
    builder.add_edge("sketch_only", END)
    builder.add_edge("polish_never", END)
    return builder


def test_a_node_that_a_setting_leaves_out_is_not_called_unreachable() -> None:
    assert codes(with_polish(False)) == []
    assert codes(without_polish()) == ["AG202"]


class Letter:
    pass


class Parcel:
    pass


class Post(TypedDict, total=False):
    item: Any
    weight: int
    stamped: bool


def weigh(state: Post) -> Post:
    return {"weight": len(str(state["item"]))}


def by_class(state: Post) -> Any:
    item = state["item"]
    if isinstance(item, Letter):
        return "letters"
    elif isinstance(item, Parcel):
        return "parcels"


def by_class_in_a_row(state: Post) -> Any:
    if isinstance(state["item"], Letter):
        return "letters"
    if not isinstance(state["item"], Letter):
        return "parcels"


def by_size(state: Post) -> Any:
    if state["weight"] > 20:
        return "parcels"
    elif state["weight"] <= 20:
        return "letters"


def by_pattern(state: Post) -> Any:
    match state["item"]:
        case Letter():
            return "letters"
        case Parcel():
            return "parcels"


def by_first(state: Post) -> Any:
    if state["item"]:
        for one in state["item"]:
            if isinstance(one, Letter):
                return "letters"
            else:
                return "parcels"


def by_any(state: Post) -> Any:
    for one in state["item"]:
        if isinstance(one, Letter):
            return "letters"


def by_several(state: Post) -> Any:
    if state["weight"] > 20:
        return "parcels"
    elif state["stamped"]:
        return "letters"


def by_one(state: Post) -> Any:
    if isinstance(state["item"], Letter):
        return "letters"


def sorted_by(route: Callable[[Post], Any]) -> Any:
    builder: Any = StateGraph(Post)
    builder.add_node("weigh", weigh)
    builder.add_node("letters", weigh)
    builder.add_node("parcels", weigh)
    builder.add_edge(START, "weigh")
    builder.add_conditional_edges("weigh", route, ["letters", "parcels"])
    builder.add_edge("letters", END)
    builder.add_edge("parcels", END)
    return builder


@pytest.mark.parametrize("route", [by_class, by_class_in_a_row, by_size, by_pattern, by_first])
def test_conditions_that_all_ask_one_thing_may_cover_it(route: Callable[[Post], Any]) -> None:
    assert "AG803" not in codes(sorted_by(route))


@pytest.mark.parametrize("route", [by_several, by_one, by_any])
def test_other_conditions_leave_a_way_to_the_end(route: Callable[[Post], Any]) -> None:
    assert "AG803" in codes(sorted_by(route))


class Trip(TypedDict, total=False):
    city: str
    price: int
    seats: int


def fly(state: Trip) -> Trip:
    return {"price": len(state["city"]), "seats": 2}


def ride(state: Trip) -> Trip:
    return {"price": len(state["city"]) * 2, "seats": 4}


def test_two_writers_are_one_fault_however_many_fields_they_share() -> None:
    builder: Any = StateGraph(Trip)
    builder.add_node("fly", fly)
    builder.add_node("ride", ride)
    builder.add_edge(START, "fly")
    builder.add_edge(START, "ride")
    builder.add_edge("fly", END)
    builder.add_edge("ride", END)
    (told,) = findings(builder)
    assert told.message == "fly and ride may write price, seats at the same moment"


class Plan(TypedDict, total=False):
    steps: str
    state: str


def ask(state: Plan) -> Plan:
    return {"state": state["steps"]}


def work(state: Plan) -> Plan:
    return {"steps": state["steps"] + "."}


def review(state: Plan) -> Plan:
    return {"steps": state["steps"] + "!"}


def after_asking(state: Plan) -> str:
    return "wait" if state["state"] == "open" else "wrok"


def test_what_a_wrong_label_leads_to_is_told_with_it() -> None:
    builder: Any = StateGraph(Plan)
    builder.add_node("wait", ask)
    builder.add_node("work", work)
    builder.add_node("review", review)
    builder.add_edge(START, "wait")
    builder.add_conditional_edges("wait", after_asking, ["wait", "work"])
    builder.add_edge("work", "review")
    builder.add_edge("review", "work")
    (told,) = findings(builder)
    assert told.code == "AG802"
    assert any("AG204" in line for line in told.related)
    assert any("work is never reached" in line for line in told.related)


def astray(state: Plan) -> Any:
    return Command(goto="reveiw", update={"steps": state["steps"]})


def test_a_node_that_is_missed_is_told_with_the_label_that_missed_it() -> None:
    builder: Any = StateGraph(Plan)
    builder.add_node("first", astray, destinations=("review",))
    builder.add_node("review", review)
    builder.add_node("wait", ask)
    builder.add_node("work", work)
    builder.add_edge(START, "first")
    builder.add_edge(START, "wait")
    builder.add_conditional_edges("wait", after_asking, ["wait", "work"])
    told = {one.code: one.related for one in findings(builder)}
    assert any("work is never reached" in line for line in told["AG802"])
    assert any("review is never reached" in line for line in told["AG801"])


def test_a_router_of_several_nodes_has_its_fault_told_once() -> None:
    builder: Any = StateGraph(Plan)
    builder.add_node("wait", ask)
    builder.add_node("work", work)
    builder.add_edge(START, "wait")
    for node in ("wait", "work"):
        builder.add_conditional_edges(node, after_asking, {"wait": "wait", "work": "work"})
    (told,) = (one for one in findings(builder) if one.code == "AG802")
    assert "returns 'wrok', which its path map after wait, work does not have" in told.message


class Claim(TypedDict, total=False):
    text: str
    reply: str


def failure(reason: str) -> dict[str, str]:
    return {"eror": reason}


def settle(state: Claim) -> Any:
    return {"reply": "paid"} if state["text"] else failure("empty")


def refuse(state: Claim) -> Any:
    return {"reply": "refused"} if state["text"] else failure("empty")


def test_the_line_of_a_helper_is_told_once_for_all_nodes_that_call_it() -> None:
    builder: Any = StateGraph(Claim)
    builder.add_node("settle", settle)
    builder.add_node("refuse", refuse)
    builder.add_edge(START, "settle")
    builder.add_edge("settle", "refuse")
    builder.add_edge("refuse", END)
    assert codes(builder) == ["AG404"]


class Diary(TypedDict, total=False):
    day: str
    summed: Annotated[list[str], lambda old, new: old + new]
    kept: Annotated[list[str], lambda old, new: new or old]


def note(state: Diary) -> Diary:
    return {"summed": [state["day"]], "kept": [state["day"]]}


def reread(state: Diary) -> Diary:
    return {"summed": state["summed"], "kept": state["kept"]}


def test_of_the_reducers_without_a_name_only_one_that_adds_doubles_what_it_is_given() -> None:
    builder: Any = StateGraph(Diary)
    builder.add_node("note", note)
    builder.add_node("reread", reread)
    builder.add_edge(START, "note")
    builder.add_edge("note", "reread")
    builder.add_edge("reread", END)
    (told,) = findings(builder)
    assert told.code == "AG813"
    assert "summed" in told.message
    ran = builder.compile().invoke({"day": "Monday"})
    assert ran == {"day": "Monday", "summed": ["Monday", "Monday"], "kept": ["Monday"]}
