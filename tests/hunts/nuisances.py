"""Pairs of hostile schemas, each made from a seed and a number: the same on every machine."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.unit.contracts.test_hostile import HOSTILE

Pair = tuple[Any, Any]
Change = Callable[[random.Random, Any], Any]

VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1.5,
    10**30,
    1e308,
    "",
    "a" * 40 + "!",
    "ä\u0000\U0001f600",
    [],
    [[1], [1], {}],
    {},
    {"a": {"a": [0]}, "l": 1, "r": None},
)
PATTERNS = (
    "^(a+)+$",
    "^(a|aa)+(b|a)*$",
    "(.*a){12}",
    "^(?=.*a)(?!.*b)(?:[^c]|d)*$",
    "^.{0,2000}$",
    "^(x{1,50}){1,50}$",
    "^((a?){30}a{30})$",
    "\\p{L}+\\d",
    "(a)\\1",
    "(?<=a)b",
    "^[\\s\\S]*$",
    "^\\u0000$",
    "(?i)a",
    "^$|^^a$$|\\b",
)
BROKEN = ("[", "a{2,1}", "(?<=", "\\p{None}", "*")
NUMBERS = (0, -0.0, 1, -1, 0.1, 1e-300, 1e300, 5e-324, 10**40, -(10**25), 2**63, 3.0, 1e16)
WRONG: tuple[Any, ...] = (
    None,
    True,
    -1,
    2.5,
    "x",
    "#",
    [],
    {},
    [[]],
    {"type": 3},
    10**400,
    "\ud800",
)
SPOTS = (*("#/$defs/a", "#/$defs/b") * 30, "#", "#", "#x", "b.json", "#/allOf/0")
KINDS = ("null", "boolean", "integer", "number", "string", "array", "object")
KEYWORDS = [
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "properties",
    "patternProperties",
    "additionalProperties",
    "required",
    "items",
    "prefixItems",
    "contains",
    "minContains",
    "maxContains",
    "uniqueItems",
    "minItems",
    "maxItems",
    "unevaluatedItems",
    "unevaluatedProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "dependentSchemas",
    "dependentRequired",
    "dependencies",
    "enum",
    "const",
    "type",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "$ref",
    "$dynamicRef",
    "$recursiveRef",
    "$id",
    "id",
    "$anchor",
    "$dynamicAnchor",
    "$recursiveAnchor",
    "$schema",
    "$defs",
    "definitions",
    "additionalItems",
    "contentSchema",
    "title",
    "default",
    "examples",
]
DRAFTS = (
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
)
WITH_ONE = [
    "not",
    "if",
    "then",
    "else",
    "additionalProperties",
    "items",
    "contains",
    "unevaluatedItems",
    "contentSchema",
    "unevaluatedProperties",
    "propertyNames",
    "additionalItems",
]
FORMATS = ("date-time", "email", "regex", "uri", "ipv6", "no-such-format", "duration", "uuid")


def pair_of(seed: int, number: int) -> Pair:
    """The pair of that number. Half of the time its two sides are close to each other."""
    chance = random.Random(f"{seed}-{number}")
    one = _made(chance)
    return one, _mutated(chance, one) if chance.random() < 0.5 else _made(chance)


def _copied(schema: Any) -> Any:
    """A copy, of whatever depth."""
    root = [schema]
    todo: list[Any] = [root]
    while todo:
        node = todo.pop()
        for key in node if isinstance(node, dict) else range(len(node)):
            if isinstance(node[key], (dict, list)):
                node[key] = node[key].copy()
                todo.append(node[key])
    return root[0]


def _made(chance: random.Random) -> Any:
    if chance.random() < 0.35:
        schema = chance.choice(list(HOSTILE.values()))
    else:
        schema = {
            **_grown(chance, chance.randint(1, 4)),
            "$defs": {name: _grown(chance, chance.randint(0, 2)) for name in "ab"},
        }
    for _ in range(chance.choice((0, 0, 1, 1, 2, 4))):
        schema = _mutated(chance, schema)
    return schema


def _grown(chance: random.Random, depth: int) -> dict[str, Any]:
    """A schema object with keywords that mostly have values of the right type."""
    made: dict[str, Any] = {}
    for _ in range(chance.randint(1, 4)):
        keyword = chance.choice(KEYWORDS)
        made[keyword] = _argument(chance, keyword, depth)
    return made


def _argument(chance: random.Random, keyword: str, depth: int) -> Any:
    if chance.random() < 0.004:
        return chance.choice(WRONG)
    for words, make in _ARGUMENTS:
        if keyword in words:
            return make(chance, depth)
    if keyword[:3] in ("min", "max") and keyword not in ("minimum", "maximum"):
        return chance.choice((0, 1, 2, 3, 17, 300, 10**6, 10**12))
    return chance.choice(NUMBERS)


def _inner(chance: random.Random, depth: int) -> Any:
    if depth <= 0:
        return chance.choice((True, False, {}, {"type": chance.choice(KINDS)}, {"$ref": "#"}))
    return _grown(chance, depth - 1)


def _name(chance: random.Random) -> str:
    return chance.choice(("a", "b", "l", "r", "x" * 30, "", "ä", "a/b~c", "0"))


def _pattern(chance: random.Random) -> str:
    return chance.choice(BROKEN if chance.random() < 0.01 else PATTERNS)


def _some(chance: random.Random, make: Callable[[], Any], most: int = 4) -> list[Any]:
    return [make() for _ in range(chance.choice((1, 2, 2, 3, most)))]


def _value(chance: random.Random) -> Any:
    return chance.choice((*VALUES, *NUMBERS))


_ARGUMENTS: tuple[tuple[Sequence[str], Callable[[random.Random, int], Any]], ...] = (
    (
        ("allOf", "anyOf", "oneOf", "prefixItems"),
        lambda c, d: _some(c, lambda: _inner(c, d), 12),
    ),
    (
        ("properties", "dependentSchemas", "$defs", "definitions"),
        lambda c, d: {_name(c): _inner(c, d) for _ in range(c.randint(1, 5))},
    ),
    (("patternProperties",), lambda c, d: {_pattern(c): _inner(c, d) for _ in range(3)}),
    (("required",), lambda c, _: list(dict.fromkeys(_name(c) for _ in range(3)))),
    (("dependentRequired",), lambda c, _: {_name(c): [_name(c)]}),
    (("dependencies",), lambda c, d: {_name(c): _inner(c, d), _name(c): [_name(c)]}),
    (("enum", "examples"), lambda c, _: _some(c, lambda: _value(c), 60)),
    (("const", "default"), lambda c, _: _value(c)),
    (("type",), lambda c, _: c.choice((c.choice(KINDS), c.sample(KINDS, 3)))),
    (("pattern",), lambda c, _: _pattern(c)),
    (("format",), lambda c, _: c.choice(FORMATS)),
    (("uniqueItems",), lambda c, _: c.random() < 0.8),
    (("multipleOf",), lambda c, _: abs(c.choice(NUMBERS)) or 7),
    (("$ref", "$dynamicRef", "$recursiveRef"), lambda c, _: c.choice(SPOTS)),
    (("$id", "id"), lambda c, _: c.choice(("b.json", "http://x.example/y", "http://x.example/z"))),
    (("$anchor", "$dynamicAnchor", "$recursiveAnchor", "title"), lambda c, _: c.choice("xy")),
    (("$schema",), lambda c, _: c.choice(DRAFTS)),
    (WITH_ONE, _inner),
)


def _nodes(schema: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in the schema with one of its keys; the first ten thousand."""
    todo, left = [schema], 10_000
    while todo and left:
        node = todo.pop()
        keys = list(node) if isinstance(node, dict) else range(len(node))
        for key in keys:
            left -= 1
            yield node, key
            if isinstance(node[key], (dict, list)):
                todo.append(node[key])
            if not left:
                return


def _mutated(chance: random.Random, schema: Any) -> Any:
    return chance.choice(_CHANGES)(chance, schema)


def _replaced(chance: random.Random, schema: Any, make: Callable[[Any], Any]) -> Any:
    schema = _copied(schema)  # what it is made of is shared with the pairs that come later
    places = list(_nodes(schema)) if isinstance(schema, (dict, list)) else []
    if places:
        node, key = chance.choice(places)
        node[key] = make(node[key])
    return schema


def _deeper(chance: random.Random, schema: Any) -> Any:
    words = chance.choice(
        (("not",), ("items",), ("anyOf",), ("a",), ("not", "anyOf", "items", "a"))
    )
    for i in range(chance.choice((3, 20, 60, 150, 400, 3000))):
        word = words[i % len(words)]
        if word == "a":
            schema = {"properties": {"a": schema}, "required": ["a"]}
        else:
            schema = {word: [schema, {"type": "null"}] if word == "anyOf" else schema}
    return schema


def _product(chance: random.Random, schema: Any) -> Any:
    unions = chance.choice(("anyOf", "oneOf"))
    wide, many = chance.choice(((2, 30), (6, 12), (40, 3), (12, 60)))
    factors = [
        {unions: [_inner(chance, 1) for _ in range(wide)] if many < 20 else
         [{"required": [f"k{i}{j}"]} for j in range(wide)]}
        for i in range(many)
    ]  # fmt: skip
    return {"allOf": [schema, *factors]}


def _ring(chance: random.Random, schema: Any) -> Any:
    number = chance.choice((1, 2, 8, 40))
    word = chance.choice(("allOf", "anyOf", "oneOf", "prefixItems"))
    defs = {
        f"r{i}": {word: [{"$ref": f"#/$defs/r{chance.randrange(number)}"} for _ in range(2)]}
        for i in range(number)
    }
    return {"allOf": [schema, {"$ref": "#/$defs/r0"}], "$defs": {**defs, "a": {}, "b": True}}


_CHANGES: tuple[Change, ...] = (
    lambda c, s: _replaced(c, s, lambda old: c.choice(WRONG) if c.random() < 0.3 else old),
    lambda c, s: _replaced(c, s, lambda _: _grown(c, 2)),
    lambda c, s: _replaced(c, s, lambda _: c.choice(NUMBERS)),
    lambda c, s: _replaced(c, s, lambda _: {"$ref": c.choice(SPOTS)}),
    lambda c, s: _replaced(c, s, lambda old: [old] * c.choice((1, 2, 30))),
    lambda c, s: {**s, **_grown(c, 2)} if isinstance(s, dict) else s,
    lambda c, s: {"not": s},
    lambda c, s: {"oneOf": [s, s, _grown(c, 1)]},
    lambda c, s: {"enum": [f"v{i}" for i in range(c.choice((50, 3000)))], "not": s},
    lambda c, s: {"if": s, "then": _grown(c, 1), "else": s},
    lambda c, s: {"type": "array", "contains": s, "minContains": c.randint(0, 9), "items": _grown(c, 1)},
    lambda c, s: {"type": "string", "pattern": "".join(c.sample(PATTERNS, 2)), "not": s},
    _deeper,
    _product,
    _ring,
)  # fmt: skip
