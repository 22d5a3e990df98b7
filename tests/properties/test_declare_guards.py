"""A guard means the same in Python and in its JSON Schema: false of what is absent, negated or not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import jsonschema_rs
from hypothesis import given
from hypothesis import strategies as st

from agentgraph import field
from agentgraph.compile.guards import guard_test
from agentgraph.declare.guard import Condition

ABSENT = object()
Oracle = Callable[[dict[str, Any]], bool]

scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["a", "ab", "b", ""])
numbers = st.integers(-3, 3) | st.sampled_from([0.5, -1.0, 2.0])
values = st.recursive(
    scalars | numbers,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["p", "q"]), inner, max_size=2)
    ),
    max_leaves=4,
)
states = st.dictionaries(st.sampled_from(["x", "y"]), values, max_size=2)
paths = st.sampled_from(["x", "y", "x.p", "x.p.q", "y.q"])


def at(path: str, state: Any) -> Any:
    for key in path.split("."):
        if not isinstance(state, dict) or key not in state:
            return ABSENT
        state = state[key]
    return state


def same(left: Any, right: Any) -> bool:
    """Equal as JSON: 1 is 1.0 and not true."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[k], right[k]) for k in left)
    return bool(left == right)


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": same,
    "!=": lambda a, b: not same(a, b),
    "<": lambda a, b: is_number(a) and a < b,
    "<=": lambda a, b: is_number(a) and a <= b,
    ">": lambda a, b: is_number(a) and a > b,
    ">=": lambda a, b: is_number(a) and a >= b,
}


def build(sign: str, path: str, bound: Any) -> Condition:
    ref = field(path)
    made = {
        "==": lambda: ref == bound,
        "!=": lambda: ref != bound,
        "<": lambda: ref < bound,
        "<=": lambda: ref <= bound,
        ">": lambda: ref > bound,
        ">=": lambda: ref >= bound,
    }[sign]()
    assert isinstance(made, Condition)
    return made


def leaf(
    condition: Condition, path: str, holds: Callable[[Any], bool]
) -> tuple[Condition, Oracle, Oracle]:
    """A condition with what it means and what its negation means."""

    def means(state: dict[str, Any]) -> bool:
        value = at(path, state)
        return value is not ABSENT and holds(value)

    def negated(state: dict[str, Any]) -> bool:
        value = at(path, state)
        return value is not ABSENT and not holds(value)

    return condition, means, negated


@st.composite
def leaves(draw: st.DrawFn) -> tuple[Condition, Oracle, Oracle]:
    path = draw(paths)
    kind = draw(st.sampled_from(["compare", "in", "matches", "present"]))
    if kind == "compare":
        sign = draw(st.sampled_from(list(COMPARE)))
        bound = draw(values if sign in ("==", "!=") else numbers)
        return leaf(build(sign, path, bound), path, lambda value: COMPARE[sign](value, bound))
    if kind == "in":
        members = draw(st.lists(scalars, max_size=3))
        found = field(path).is_in(members)
        return leaf(found, path, lambda value: any(same(value, one) for one in members))
    if kind == "matches":
        pattern = draw(st.sampled_from(["^a", "b$", "^$", "[ab]{2}"]))
        found = field(path).matches(pattern)
        return leaf(
            found, path, lambda value: isinstance(value, str) and bool(re.search(pattern, value))
        )
    return (
        field(path).present,
        lambda state: at(path, state) is not ABSENT,
        lambda state: at(path, state) is ABSENT,
    )


def combined(
    inner: st.SearchStrategy[tuple[Condition, Oracle, Oracle]],
) -> st.SearchStrategy[tuple[Condition, Oracle, Oracle]]:
    def both(one: Any, other: Any) -> tuple[Condition, Oracle, Oracle]:
        return (
            one[0] & other[0],
            lambda state: one[1](state) and other[1](state),
            lambda state: one[2](state) or other[2](state),
        )

    def either(one: Any, other: Any) -> tuple[Condition, Oracle, Oracle]:
        return (
            one[0] | other[0],
            lambda state: one[1](state) or other[1](state),
            lambda state: one[2](state) and other[2](state),
        )

    return (
        st.builds(both, inner, inner)
        | st.builds(either, inner, inner)
        | inner.map(lambda one: (~one[0], one[2], one[1]))
    )


guards = st.recursive(leaves(), combined, max_leaves=5)


@given(guards, states)
def test_a_guard_holds_where_its_meaning_does(
    guard: tuple[Condition, Oracle, Oracle], state: dict[str, Any]
) -> None:
    condition, means, negated = guard
    assert guard_test(condition.guard)(state) == means(state), str(condition)
    assert guard_test((~condition).guard)(state) == negated(state), str(condition)
    assert not (means(state) and negated(state))


@given(guards)
def test_a_guard_is_json_and_looks_at_what_it_names(
    guard: tuple[Condition, Oracle, Oracle],
) -> None:
    condition, *_ = guard
    made = condition.guard
    assert json.loads(json.dumps(made.schema)) == made.schema
    jsonschema_rs.meta.validate(made.schema)
    assert set(made.fields) <= {"x", "y"}
    assert (~~condition).guard == made
