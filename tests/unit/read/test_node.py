"""What is read from a function that takes a state: what it takes, hands back, where it leads, what it changes."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph.types import Command, Send

from agentgraph.read.node import read_node
from agentgraph.read.node_facts import NodeBody, Outcome

KEY = "named"
TABLE = {"a": "first", "b": "second"}


def read(function: Any) -> NodeBody:
    body = read_node(function)
    assert body is not None
    return body


def only(function: Any) -> Outcome:
    (outcome,) = read(function).outcomes
    return outcome


def helper(given: Any) -> Any:
    return {"made": given["deep"]}


def deeper(given: Any) -> Any:
    return helper(given)


def too_deep(given: Any) -> Any:
    return deeper(given)


def guarded(state: Any) -> Any:
    try:
        return {"a": state["k"]}
    except KeyError:
        return {}


def after_a_return(state: Any) -> Any:
    if state["first"]:
        return {}
    return {"a": state["k"]}


def asks_first(state: Any) -> Any:
    return {"a": state["k"] if "k" in state else 0}  # noqa: SIM401  # people write it


@pytest.mark.parametrize(
    ("function", "how"),
    [
        (lambda state: {"a": state["k"]}, "must"),
        (lambda state: {"a": state.k}, "must"),
        (lambda state: {"a": state["k"] if state["b"] else 0}, "may"),
        (lambda state: {"a": [state["k"] for _ in state["b"]]}, "may"),
        (lambda state: {"a": state["b"] or state["k"]}, "may"),
        (lambda state: {"a": state.get("k")}, "guarded"),
        (lambda state: {"a": getattr(state, "k", None)}, "guarded"),
        (guarded, "guarded"),
        (asks_first, "guarded"),
        (after_a_return, "may"),
    ],
)
def test_a_key_is_taken_in_every_run_or_in_some_or_without_harm(function: Any, how: str) -> None:
    assert {one.how for one in read(function).reads if one.key == "k"} == {how}


def test_a_name_of_the_module_stands_for_its_text() -> None:
    assert [one.key for one in read(lambda state: {"a": state[KEY]}).reads] == ["named"]


@pytest.mark.parametrize(
    "function",
    [
        lambda state: {"a": state[state["b"]]},
        lambda state: {**state},
        lambda state: print(state),
    ],
    ids=["computed", "spread", "handed on"],
)
def test_what_may_take_any_key_says_so(function: Any) -> None:
    assert read(function).reads_all


def test_helpers_are_followed_two_calls_deep_and_no_further() -> None:
    assert [one.helper for one in read(lambda state: deeper(state)).reads] == ["helper"]
    far = read(lambda state: too_deep(state))
    assert far.reads == ()
    assert far.reads_all
    assert not far.is_closed


@pytest.mark.parametrize(
    ("function", "keys", "certain", "is_open"),
    [
        (lambda state: {"a": 1}, {"a"}, {"a"}, False),
        (lambda state: dict(a=1), {"a"}, {"a"}, False),  # noqa: C408  # people write it
        (lambda state: {"a": 1} | {"b": 2}, {"a", "b"}, {"a", "b"}, False),
        (lambda state: {"a": 1, **helper(state)}, {"a", "made"}, {"a", "made"}, False),
        (lambda state: {state["b"]: 1}, set(), set(), True),
        (lambda state: Command(update={"a": 1}), {"a"}, {"a"}, False),
    ],
)
def test_what_is_handed_back(
    function: Any, keys: set[str], certain: set[str], is_open: bool
) -> None:
    outcome = only(function)
    assert {one.key for one in outcome.keys} == keys
    assert outcome.certain == certain
    assert outcome.open is is_open


def falls(state: Any) -> Any:  # noqa: RET503  # that is what it is about
    if state["kind"] == "a":
        return "first"
    if state["kind"] in ("b", "c"):
        return "second"


def ends(state: Any) -> Any:
    if state["kind"] == "a":
        return "first"
    raise ValueError(state)


def test_the_end_of_a_function_is_an_outcome_where_it_can_be_reached() -> None:
    assert [one.kind for one in read(falls).outcomes if one.falls] == ["nothing"]
    assert not any(one.falls for one in read(ends).outcomes)


@pytest.mark.parametrize(
    ("function", "labels", "is_known"),
    [
        (lambda state: "first", ["first"], True),
        (lambda state: "first" if state["a"] else "second", ["first", "second"], True),
        (lambda state: TABLE[state["a"]], ["first", "second"], True),
        (lambda state: bool(state["a"]), [True, False], True),
        (lambda state: ["first", "second"], ["first", "second"], True),
        (lambda state: Command(goto="first"), ["first"], True),
        (lambda state: Command(goto=["first", "second"]), ["first", "second"], True),
        (lambda state: state["a"], [None], False),
        (lambda state: TABLE.get(state["a"]), ["first", "second", None], False),
    ],
)
def test_where_a_router_or_a_command_leads(
    function: Any, labels: list[Any], is_known: bool
) -> None:
    body = read(function)
    assert [target.label for one in body.outcomes for target in one.targets] == labels
    assert body.is_closed_router is is_known


@pytest.mark.parametrize(
    ("function", "payload", "whole", "repeats"),
    [
        (lambda state: [Send("to", {"a": 1})], {"a"}, False, False),
        (lambda state: [Send("to", {"a": x}) for x in state["b"]], {"a"}, False, True),
        (lambda state: [Send("to", {**state, "a": 1})], None, False, False),
        (lambda state: [Send("to", state)], None, True, False),
        (lambda state: Command(goto=[Send("to", {"a": 1})]), {"a"}, False, False),
    ],
)
def test_what_is_sent(function: Any, payload: set[str] | None, whole: bool, repeats: bool) -> None:
    (target,) = only(function).targets
    assert (target.label, target.sends) == ("to", True)
    assert (target.payload, target.whole, target.repeats) == (payload, whole, repeats)


def sets_a_key(state: Any) -> Any:
    state["k"] = 1


def sets_an_attribute(state: Any) -> Any:
    state.k = 1


def appends(state: Any) -> Any:
    state["k"].append(1)


def appends_to_what_get_gives(state: Any) -> Any:
    state.get("k", []).append(1)


def appends_to_a_local(state: Any) -> Any:
    notes = state["k"]
    notes.append(1)


def deletes(state: Any) -> Any:
    del state["k"]


def changes_a_part(state: Any) -> Any:
    state["k"]["part"] = 1


def copies(state: Any) -> Any:
    notes = list(state["k"])
    notes.append(1)


def changes_a_copy(state: Any) -> Any:
    own = dict(state)
    own["k"] = 1


@pytest.mark.parametrize(
    ("function", "deep"),
    [
        (sets_a_key, [False]),
        (sets_an_attribute, [False]),
        (deletes, [False]),
        (appends, [True]),
        (appends_to_what_get_gives, [True]),
        (appends_to_a_local, [True]),
        (changes_a_part, [True]),
        (copies, []),
        (changes_a_copy, []),
    ],
)
def test_what_is_changed_in_place(function: Any, deep: list[bool]) -> None:
    assert [(one.key, one.deep) for one in read(function).mutations] == [("k", one) for one in deep]


@pytest.mark.parametrize("value", [len, print, 3, object()])
def test_what_has_no_text_is_not_read(value: object) -> None:
    assert read_node(value) is None
