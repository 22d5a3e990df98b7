"""Containment, coverage and overlap on random schemas, judged by an independent validator.

`AGENTGRAPH_HUNT` multiplies the number of examples.
"""

from __future__ import annotations

import os
from typing import Any

import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentgraph.contracts._compiled import EndlessError, compiled
from agentgraph.contracts.guards import covers, empty, narrow, overlap
from agentgraph.contracts.relation import compare
from agentgraph.contracts.validate import validator

HUNT = int(os.environ.get("AGENTGRAPH_HUNT", "1"))
often = settings(
    max_examples=150 * HUNT,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)

KEYS = st.sampled_from(["a", "b", "c", "ab"])
NUMBERS = st.sampled_from([0, 1, 2, 3, -1, 5, 10, 0.5, 1.5, 2.0, -3, 6])
TEXTS = st.sampled_from(["", "a", "b", "ab", "aa", "ba", "abc", "0", "2020-01-01"])
PATTERNS = st.sampled_from(
    ["^a", "b$", "^a+$", "^[ab]*$", "a|b", "^(ab)*$", "[^a]", "^a?b?$", "^(?!a)"]
)
SMALL = st.integers(0, 3)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=6,
)
KINDS = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])


def _some(**keywords: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keywords)


LEAVES: st.SearchStrategy[Any] = st.one_of(
    st.booleans(),
    st.builds(lambda v: {"const": v}, VALUES),
    st.builds(lambda v: {"enum": v}, st.lists(VALUES, min_size=1, max_size=4)),
    st.builds(lambda k: {"type": k}, KINDS | st.lists(KINDS, min_size=1, max_size=3, unique=True)),
    _some(
        type=st.sampled_from(["integer", "number"]),
        minimum=NUMBERS,
        maximum=NUMBERS,
        exclusiveMinimum=NUMBERS,
        exclusiveMaximum=NUMBERS,
        multipleOf=st.sampled_from([1, 2, 3, 0.5, 1.5, 6]),
    ),
    _some(
        type=st.just("string"),
        minLength=SMALL,
        maxLength=SMALL,
        pattern=PATTERNS,
        format=st.sampled_from(["date", "ipv4"]),
    ),
    st.sampled_from([{"$ref": "#/$defs/d"}, {"$ref": "#/$defs/e"}]),
)


def _grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    few = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda s: {"not": s}, inner),
        st.builds(lambda k, s: {k: s}, st.sampled_from(["anyOf", "oneOf", "allOf"]), few),
        st.builds(
            lambda i, rest: {"if": i, **rest}, inner, _some(**{"then": inner, "else": inner})
        ),
        _some(
            type=st.just("object"),
            properties=st.dictionaries(KEYS, inner, max_size=3),
            patternProperties=st.dictionaries(PATTERNS, inner, max_size=2),
            additionalProperties=inner,
            required=st.lists(KEYS, max_size=2, unique=True),
            minProperties=SMALL,
            maxProperties=SMALL,
            propertyNames=inner,
            dependentRequired=st.dictionaries(
                KEYS, st.lists(KEYS, max_size=2, unique=True), max_size=1
            ),
            dependentSchemas=st.dictionaries(KEYS, inner, max_size=1),
            unevaluatedProperties=inner,
            anyOf=few,
        ),
        _some(
            type=st.just("array"),
            prefixItems=few,
            items=inner,
            minItems=SMALL,
            maxItems=SMALL,
            uniqueItems=st.booleans(),
            contains=inner,
            minContains=SMALL,
            maxContains=SMALL,
            unevaluatedItems=inner,
        ),
    )


PARTS = st.recursive(LEAVES, _grown, max_leaves=6)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    root = draw(PARTS)
    made = dict(root) if isinstance(root, dict) else {"allOf": [root]}
    return {**made, "$defs": {"d": draw(PARTS), "e": draw(PARTS)}}


def has_an_end(schema: Any) -> bool:
    """Whether it does not refer to itself in a ring; such a one means nothing."""
    try:
        compiled(schema)
    except EndlessError:
        return False
    return True


SCHEMAS = documents().filter(has_an_end)


@st.composite
def changed(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A schema and one that is close to it: where containment is not decided at first sight."""
    base: dict[str, Any] = draw(SCHEMAS)
    keys: list[str] = [key for key in base if key != "$defs"]
    other = dict(base)
    if draw(st.booleans()) and keys:
        del other[draw(st.sampled_from(keys))]
    extra: Any = draw(PARTS)
    if isinstance(extra, dict) and draw(st.booleans()):
        other = {**other, **extra}
    return (base, other) if draw(st.booleans()) else (other, base)


PAIRS = (changed() | st.tuples(SCHEMAS, SCHEMAS)).filter(
    lambda pair: has_an_end(pair[0]) and has_an_end(pair[1])
)


def judge(schema: Any) -> Any:
    """An independent validator that asserts formats too."""
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(schema, format_checker=checker)


@often
@given(PAIRS, st.lists(VALUES, min_size=10, max_size=40))
def test_a_yes_is_never_contradicted_and_a_witness_always_holds(pair: Any, values: Any) -> None:
    produced, accepted = pair
    verdict = compare(produced, accepted)
    ours, theirs = judge(produced), judge(accepted)
    if verdict.status == "compatible":
        assert not [v for v in values if ours.is_valid(v) and not theirs.is_valid(v)]
    if verdict.status == "incompatible":
        assert ours.is_valid(verdict.witness)
        assert not theirs.is_valid(verdict.witness)
        assert verdict.reasons


@often
@given(SCHEMAS)
def test_a_schema_fits_itself_said_differently(schema: Any) -> None:
    assert compare(schema, schema).status == "compatible"
    twice = {
        "not": {"not": {k: v for k, v in schema.items() if k != "$defs"}},
        "$defs": schema["$defs"],
    }
    assert compare(schema, twice).status != "incompatible"
    assert compare(twice, schema).status != "incompatible"


@often
@given(PAIRS)
def test_the_verdict_does_not_depend_on_the_order_of_keys(pair: Any) -> None:
    produced, accepted = pair
    turned = compare(_reversed(produced), _reversed(accepted))
    assert turned == compare(produced, accepted)


def _reversed(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _reversed(schema[key]) for key in reversed(schema)}
    return [_reversed(item) for item in schema] if isinstance(schema, list) else schema


@often
@given(SCHEMAS, SCHEMAS, SCHEMAS)
def test_fitting_is_transitive(a: Any, b: Any, c: Any) -> None:
    if compare(a, b).is_compatible and compare(b, c).is_compatible:
        assert compare(a, c).status != "incompatible"


@often
@given(SCHEMAS, SCHEMAS, st.lists(VALUES, min_size=5, max_size=20))
def test_narrowing_is_intersection(schema: Any, guard: Any, values: Any) -> None:
    both = validator(narrow(schema, guard))
    for value in values:
        assert both.is_valid(value) == (
            judge(schema).is_valid(value) and judge(guard).is_valid(value)
        )


@often
@given(SCHEMAS, st.lists(SCHEMAS, max_size=3), st.lists(VALUES, min_size=5, max_size=20))
def test_covering_agrees_with_values(produced: Any, guards: Any, values: Any) -> None:
    cover = covers(produced, guards)
    source, takers = judge(produced), [judge(guard) for guard in guards]
    left_over = [v for v in values if source.is_valid(v) and not any(t.is_valid(v) for t in takers)]
    if cover.covered == "yes":
        assert not left_over
    if cover.covered == "no":
        assert source.is_valid(cover.witness)
        assert not any(taker.is_valid(cover.witness) for taker in takers)


@often
@given(SCHEMAS, SCHEMAS, st.lists(VALUES, min_size=5, max_size=20))
def test_overlap_and_emptiness_agree_with_values(one: Any, other: Any, values: Any) -> None:
    found = overlap(one, other)
    common = [v for v in values if judge(one).is_valid(v) and judge(other).is_valid(v)]
    assert not (common and found.overlaps == "no")
    if found.overlaps == "yes":
        assert judge(one).is_valid(found.witness)
        assert judge(other).is_valid(found.witness)
    alone = empty(one)
    assert not (alone.empty == "yes" and any(judge(one).is_valid(v) for v in values))
    if alone.empty == "no":
        assert judge(one).is_valid(alone.witness)


@often
@given(SCHEMAS, VALUES)
def test_validation_agrees_with_the_judge_and_tells_a_problem_for_each_refusal(
    schema: Any, value: Any
) -> None:
    mine = validator(schema)
    assert mine.is_valid(value) == judge(schema).is_valid(value)
    assert bool(mine.problems(value)) == (not mine.is_valid(value))
