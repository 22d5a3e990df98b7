"""On small finite universes every answer can be counted out: containment, cover, overlap, narrowing.

`AGENTGRAPH_HUNT` multiplies the number of questions.
"""

from __future__ import annotations

import itertools
import os
import random
from typing import Any

import jsonschema
import pytest

from agentgraph.contracts.guards import covers, empty, narrow, overlap
from agentgraph.contracts.relation import compare
from agentgraph.contracts.validate import validator
from agentgraph.errors import SchemaError
from tests.hunts.schemas import REFERENCES, Schemas

HUNT = int(os.environ.get("AGENTGRAPH_HUNT", "1"))
ABSENT = object()


class Universe:
    """A few values that a schema admits and no others, and those in it that a schema takes."""

    schema: dict[str, Any]

    def values(self) -> list[Any]:
        raise NotImplementedError

    def of(self, schema: Any) -> list[Any]:
        checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
        judge = jsonschema.Draft202012Validator(schema, format_checker=checker)
        return [value for value in self.values() if judge.is_valid(value)]


class Named(Universe):
    """The objects of up to three fields, spoken of by name, with a few values each."""

    def __init__(self, made: Schemas) -> None:
        chance = made.chance
        self.fields = {
            name: [made.value(1) for _ in range(chance.randint(1, 3))]
            for name in chance.sample(("a", "b", "ab"), chance.randint(1, 3))
        }
        self.required = [name for name in self.fields if chance.random() < 0.6]
        self.schema = {
            "type": "object",
            "properties": {name: {"enum": values} for name, values in self.fields.items()},
            "required": self.required,
            "additionalProperties": False,
        }

    def values(self) -> list[dict[str, Any]]:
        choices = [
            [*values, *([] if name in self.required else [ABSENT])]
            for name, values in self.fields.items()
        ]
        return [
            {k: v for k, v in zip(self.fields, row, strict=True) if v is not ABSENT}
            for row in itertools.product(*choices)
        ]


class Keyed(Universe):
    """The objects of some of a few keys, which only a demand on keys speaks of."""

    def __init__(self, made: Schemas) -> None:
        chance = made.chance
        self.keys = chance.sample(("a", "b", "ab", "ba", "z"), chance.randint(1, 4))
        self.items = [made.value(0) for _ in range(chance.randint(1, 2))]
        self.most = chance.randint(1, 3)
        self.schema = {
            "type": "object",
            "propertyNames": {"enum": self.keys},
            "additionalProperties": {"enum": self.items},
            "maxProperties": self.most,
        }

    def values(self) -> list[Any]:
        rows = itertools.product([ABSENT, *self.items], repeat=len(self.keys))
        made = ({k: v for k, v in zip(self.keys, r, strict=True) if v is not ABSENT} for r in rows)
        return [value for value in made if len(value) <= self.most]


class Listed(Universe):
    """The lists of some of a few items, up to a length."""

    def __init__(self, made: Schemas) -> None:
        chance = made.chance
        self.items = [made.value(1) for _ in range(chance.randint(1, 3))]
        self.least, self.most = chance.choice(((0, 1), (0, 2), (1, 3), (2, 3), (3, 3)))
        self.schema = {
            "type": "array",
            "items": {"enum": self.items},
            "minItems": self.least,
            "maxItems": self.most,
        }

    def values(self) -> list[Any]:
        lengths = range(self.least, self.most + 1)
        return [list(r) for n in lengths for r in itertools.product(self.items, repeat=n)]


def question(number: int, kind: type[Any]) -> tuple[Universe, list[Any]]:
    """A universe, and three schemas that mean something, most of which tell its values apart."""
    made = Schemas(random.Random(f"universe-{number}"))
    universe = kind(made)
    schemas: list[Any] = []
    tries = 0
    while len(schemas) < 3:
        schema = made.document()
        for reference in REFERENCES:
            schema["$defs"][reference[-1]] = made.part(-1)
        try:
            validator(schema)
        except SchemaError:
            continue
        tries += 1
        if tries % 8 and len(universe.of(schema)) in (0, len(universe.values())):
            continue
        schemas.append(schema)
    return universe, schemas


@pytest.mark.parametrize("kind", [Named, Keyed, Listed])
@pytest.mark.parametrize("block", range(2))
def test_answers_agree_with_counting(block: int, kind: type[Any]) -> None:
    number = 100 * HUNT
    for n in range(block * number, (block + 1) * number):
        universe, (one, other, third) = question(n, kind)
        here = narrow(universe.schema, one)
        inside = universe.of(one)
        assert universe.of(here) == inside, n
        assert empty(here).empty == ("no" if inside else "yes"), n
        fits = all(value in universe.of(other) for value in inside)
        assert compare(here, other).status == ("compatible" if fits else "incompatible"), n
        left = [v for v in inside if v not in universe.of(other) and v not in universe.of(third)]
        cover = covers(here, [other, third])
        assert cover.covered == ("no" if left else "yes"), n
        assert not left or cover.witness in left, n
        common = [v for v in universe.of(other) if v in universe.of(third)]
        meeting = overlap(other, third, universe.schema)
        assert meeting.overlaps == ("yes" if common else "no"), n
        assert not common or meeting.witness in common, n
