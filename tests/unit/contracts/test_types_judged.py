"""Types against pydantic itself: what it writes is produced, and what is accepted it reads.

Every type is held against its own instances, against a pool of odd values, and against values
near those that its schemas admit. Left out of the pool is what JSON Schema's words mean more
widely than any program does: 1e20 is an integer there, a year may be 0000, a minute have 60s.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from agentgraph.contracts._compiled import compiled
from agentgraph.contracts._described import described
from agentgraph.contracts.relation import compare
from agentgraph.contracts.solve.search import Search
from agentgraph.contracts.types import codec, contract_of
from agentgraph.contracts.validate import validator
from agentgraph.errors import TypeNotJsonError
from tests.unit.contracts import types_judged as t

POOL: list[Any] = [
    None, True, False, 0, 1, -1, 2, 3, 5, 7, 0.5, -0.5, 1.5, 0.1, 10**25, "", "a", "A", "ab", "abc",
    " ", "  a ", "0", "1", "-1", "1.0", "1.5", "1e5", "NaN", "-0", "+1", "0x1", ".5", "true", "null",
    "a@b", "a@b.com", "http://a.com", "http://", "2020-01-01", "2020-02-30", "2020-01-01T00:00:00",
    "2020-01-01T00:00:00Z", "2020-01-01t00:00:00z", "2020-01-01T00:00:00+23:59", "00:00:00",
    "00:00:00Z", "24:00:00Z", "P1D", "-P1D", "P1Y", "P1W", "PT0.5S", "127.0.0.1", "::1", "10.0.0.0/8",
    "999.1.1.1", "00000000-0000-4000-8000-000000000000", "Europe/Berlin", "YQ==", "YQ", "ff", "x" * 300,
    "٣", "a\n", "😀", [], {}, [1], [1, 2], [1, 1], ["a"], ["a", "b"], [None], [[1]], [{}],
    ["1", "1.0"], ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00+00:00"], {"a": 1}, {"a": "x"},
    {"A": 1}, {"1": 1}, {"x": 1}, {"x": "a"}, {"-1": 1}, {"x": 1, "y": 2}, {"kind": "a"},
    {"x": 1, "kind": "a"}, {"kind": "b", "y": 1}, {"y": 1}, {"a": None}, {"x": None}, {"b": 1},
]  # fmt: skip
SAMPLES = 8


def samples(schema: Any) -> Iterator[Any]:
    """A few values that the schema admits."""
    known = compiled(schema)
    search = Search(6_000)
    root = search.add(known.schema)
    found: list[Any] = []
    while len(found) < SAMPLES:
        others = {-search.arena.enum(found)} if found else set()
        outcome = search.answer({root, *others}, known.engine.admits)
        if not outcome.found:
            return
        found.append(outcome.value)
        yield outcome.value


def near(value: Any) -> Iterator[Any]:
    """The value, and others that are a slip away from it."""
    yield value
    if isinstance(value, dict):
        for key in value:
            yield {k: v for k, v in value.items() if k != key}
            yield from ({**value, key: other} for other in POOL[::4])
        yield {**value, "extra": 1}
    elif isinstance(value, list):
        yield from (value[:-1], value + value, [*value, None])
    elif isinstance(value, str):
        yield from (value + " ", value + "\n", value.upper(), value[:-1], "0" + value, "-" + value)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from (value + 1, -value, value + 0.5 if abs(value) < 1e9 else value)


def reads(annotation: Any, value: Any) -> bool:
    try:
        described(annotation).adapter.validator.validate_json(json.dumps(value))
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(("annotation", "values"), t.FAITHFUL.values(), ids=t.FAITHFUL)
def test_what_pydantic_writes_is_produced_and_what_is_accepted_it_reads(
    annotation: Any, values: list[Any]
) -> None:
    contract = contract_of(annotation)
    produced, accepted = validator(contract.produced), validator(contract.accepted)
    written = [codec(annotation).to_json(value) for value in values]
    for value in written:
        assert produced.is_valid(value), produced.problems(value)
        assert accepted.is_valid(value), accepted.problems(value)
        assert reads(annotation, value), value
    pool = [*POOL, *written, *samples(contract.produced), *samples(contract.accepted)]
    beyond = [v for p in pool for v in near(p) if accepted.is_valid(v) and not reads(annotation, v)]
    assert not beyond or contract.refines, beyond[:5]
    assert compare(annotation, annotation).status == "compatible"


@pytest.mark.parametrize("name", t.DEMANDING)
def test_what_a_schema_cannot_show_is_said_in_a_sentence(name: str) -> None:
    annotation, said = t.DEMANDING[name]
    assert said in " ".join(contract_of(annotation).refines)
    verdict = compare(annotation, annotation)
    assert verdict.status == "compatible"
    assert verdict.qualified


@pytest.mark.parametrize("name", [n for n in t.FAITHFUL if n not in t.SURPRISING])
def test_what_a_schema_shows_in_full_is_not_qualified(name: str) -> None:
    assert contract_of(t.FAITHFUL[name][0]).refines == ()


@pytest.mark.parametrize(("annotation", "said"), t.UNFAITHFUL.values(), ids=t.UNFAITHFUL)
def test_what_would_be_lost_on_the_way_is_refused(annotation: Any, said: str) -> None:
    with pytest.raises(TypeNotJsonError, match=said):
        contract_of(annotation)


VARIANTS: dict[str, tuple[dict[str, Any], str]] = {
    "renamed": ({"amount": (float, ...), "tag": (str, "x")}, "$.cost: is never there; it is required"),
    "widened": ({"cost": (float | str, ...)}, "$.cost: may be a string"),
    "optional": ({"cost": (float | None, ...)}, "$.cost: may be null; accepted is a number"),
    "left out": ({"tag": (str, "x")}, "$.cost: is never there; it is required"),
    "below the bound": ({"cost": (float, Field(ge=-1))}, "$.cost: may be -1; accepted is at least 0"),
    "narrowed": ({"cost": (int, Field(ge=5)), "tag": (str, "x")}, ""),
    "a field more": ({"cost": (Annotated[float, Field(ge=0)], ...), "more": (int, 1)}, ""),
}  # fmt: skip


class Priced(BaseModel):
    cost: float = Field(ge=0)
    tag: str = "none"


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_of_a_model_fits_or_is_told_why_not(name: str) -> None:
    fields, said = VARIANTS[name]
    variant: Any = type("Variant", (BaseModel,), _namespace(fields))
    verdict = compare(variant, Priced)
    assert verdict.status == ("incompatible" if said else "compatible")
    assert any(said in str(reason) for reason in verdict.reasons) == bool(said), verdict.reasons


def _namespace(fields: dict[str, Any]) -> dict[str, Any]:
    hints = {key: annotation for key, (annotation, _) in fields.items()}
    defaults = {key: value for key, (_, value) in fields.items() if value is not ...}
    return {"__annotations__": hints, "__module__": __name__, **defaults}
