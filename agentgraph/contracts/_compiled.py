"""Schemas made ready once: checked, lifted, compiled. Kept by content, so sharing is free."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property

from agentgraph.contracts._drafts import draft_of
from agentgraph.contracts._engine import Engine, Fault, schema_faults
from agentgraph.contracts._kept import Kept
from agentgraph.contracts._leaves import leaves
from agentgraph.contracts._lift import MAY_NEED_LIFTING, UNMODELLED, lift
from agentgraph.contracts._references import MOST_BRANCHING, branching, loops
from agentgraph.contracts._sentences import of_value
from agentgraph.contracts._slips import nearest
from agentgraph.contracts._text import pointer, shown
from agentgraph.contracts.solve.values import NAMED_KINDS
from agentgraph.errors import Problem, SchemaError
from agentgraph.model.contract import Json, Schema

_DEPTH = 200
_SIZE = 500_000
_COPIED = 60_000
_KEPT = 400_000
_TEXT = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


class TooMuchError(SchemaError):
    """A schema that may well be one, but is deeper or larger than is worked on."""

    headline = "the schema is too much to work on"


class EndlessError(TooMuchError):
    """A schema that refers to itself in a ring that never goes into the value."""

    headline = "the schema has no end"


@dataclass(eq=False)
class Compiled:
    """A schema that is known to be one. `key` is its content, `schema` its 2020-12 form."""

    key: str
    given: Schema
    schema: Schema

    @cached_property
    def engine(self) -> Engine:
        """Validates by the lifted form, unless that had to leave something out."""
        return Engine(self.given if UNMODELLED in self.key_of_lifted else self.schema)

    @cached_property
    def key_of_lifted(self) -> str:
        """The content of the lifted form."""
        return self.key if self.schema is self.given else content(self.schema)


def compiled(schema: Schema) -> Compiled:
    """The schema made ready. SchemaError: it is none, with all that is wrong with it."""
    return of_content(content(schema))


def of_content(key: str) -> Compiled:
    """The schema of that content. Keys are in order in it: nothing depends on how it was typed."""
    return _compiled(key)


def content(schema: Schema) -> str:
    """Text that equal schemas share, whatever the order of their keys."""
    try:
        text = _TEXT.encode(schema)
    except RecursionError:
        raise _too("deep") from None
    except (TypeError, ValueError) as error:
        raise SchemaError([Problem(f"it is not JSON: {error}")]) from None
    if len(text) > _SIZE:
        raise _too("large")
    return text


def _compile(key: str) -> Compiled:
    try:
        schema: Schema = json.loads(key)
    except RecursionError:
        raise _too("deep") from None
    if key.count("{") + key.count("[") > _DEPTH and _depth(schema) > _DEPTH:
        raise _too("deep")
    if not isinstance(schema, (dict, bool)):
        raise SchemaError(
            [Problem(f"a schema is an object, true or false, not {type(schema).__name__}")]
        )
    _refuse_half_characters(key)
    if draft_of(schema) == 2020:
        _refuse_faults(schema)
        same = not any(sign in key for sign in MAY_NEED_LIFTING)
        return _bounded(Compiled(key, schema, schema if same else lift(schema)))
    lifted = lift(schema)
    _refuse_faults(lifted)
    return _bounded(Compiled(key, schema, lifted))


def _bounded(made: Compiled) -> Compiled:
    if '"$' in made.key:
        _refuse_references(made)
    if made.key.count('"not"') > 1 and _copied(made.schema) > _COPIED:
        raise TooMuchError([Problem("it holds too much under one `not` in another")])
    return made


def _refuse_references(made: Compiled) -> None:
    if loops(made.schema):
        # Nothing says what it means, and engines take exponential time in such rings.
        raise EndlessError(
            [Problem("a schema refers to itself without going into the value, so it means nothing")]
        )
    if branching(made.schema) >= MOST_BRANCHING:
        raise TooMuchError([Problem("its references branch too often")])


def _copied(schema: Json) -> int:
    """How much the engine copies: each `not` keeps all that it holds, objects being the costly part."""
    total, todo = 0, [(schema, 0)]
    while todo:
        node, times = todo.pop()
        total += times * (10 if isinstance(node, dict) else 1)
        if isinstance(node, dict):
            todo.extend((part, times + (key == "not")) for key, part in node.items())
        elif isinstance(node, list):
            todo.extend((part, times) for part in node)
    return total


def _refuse_faults(schema: Schema) -> None:
    faults = schema_faults(schema)
    if not faults:
        return
    problems = [
        Problem(_said(leaf), where=pointer(leaf.at)) for fault in faults for leaf in leaves(fault)
    ]
    raise SchemaError(list(dict.fromkeys(problems)))


def _said(fault: Fault) -> str:
    names = fault.value if isinstance(fault.value, list) else [fault.value]
    unknown = [name for name in names if isinstance(name, str) and name not in NAMED_KINDS]
    if fault.keyword != "union" or fault.at[-1:] != ("type",) or not unknown:
        return of_value(fault)
    near = nearest(unknown[0], NAMED_KINDS)
    hint = f"did you mean {shown(near)}?" if near else f"known are {', '.join(NAMED_KINDS)}"
    return f"{shown(unknown[0])} is no type of JSON; {hint}"


def _refuse_half_characters(text: str) -> None:
    # Python texts can hold one half of a surrogate pair; no encoder of JSON can write that.
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = f"\\u{ord(text[error.start]):04x}"
        raise SchemaError([Problem(f"it is not JSON: {half} is half a character")]) from None


def _too(adjective: str) -> TooMuchError:
    return TooMuchError(
        [
            Problem(
                f"it is too {adjective}",
                help=f"schemas may nest {_DEPTH} deep and hold {_SIZE:,} characters",
            )
        ]
    )


def _depth(schema: Json) -> int:
    depth, level = 0, [schema]
    while level:
        depth += 1
        level = [
            child
            for node in level
            for child in (
                node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
            )
            if isinstance(child, (dict, list))
        ]
    return depth


_compiled = Kept(_compile, _KEPT)
