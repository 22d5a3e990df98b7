"""References within a lifted document: where they lead, and what following them comes to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote

from agentgraph.model.contract import Json, Schema

MOST_BRANCHING: Final = 100_000
"""More than this is refused: validation would take as many steps for a single value."""
_IN_PLACE_ONE = ("not", "if", "then", "else")
_IN_PLACE_MANY = ("allOf", "anyOf", "oneOf")


def loops(schema: Schema) -> bool:
    """Whether the same value would have to be judged by the same subschema again and again."""
    if not isinstance(schema, dict):
        return False
    done: set[str] = set()
    return any(_returns(schema, name, done) for name in _references(schema))


def _references(schema: Json) -> list[str]:
    """Every reference in the document, each once."""
    found: dict[str, None] = {}
    todo = [schema]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                found[node["$ref"]] = None
            todo.extend(node.values())
        elif isinstance(node, list):
            todo.extend(node)
    return list(found)


def _returns(document: dict[str, Any], start: str, done: set[str]) -> bool:
    """Whether following references in place from `start` leads around a ring."""
    path: dict[str, Iterator[str]] = {start: _next(document, start)}
    while path:
        name = next(reversed(path))
        for after in path[name]:
            if after in path:
                return True
            if after not in done:
                path[after] = _next(document, after)
                break
        else:
            done.add(name)
            del path[name]
    return False


def _next(document: dict[str, Any], reference: str) -> Iterator[str]:
    """The references that apply to the same value as this one's target."""
    yield from _in_place(target(document, reference))


def _in_place(schema: Json) -> Iterator[str]:
    todo = [schema]
    while todo:
        node = todo.pop()
        if not isinstance(node, dict):
            continue
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        todo.extend(node[key] for key in _IN_PLACE_ONE if key in node)
        for key in _IN_PLACE_MANY:
            todo.extend(node.get(key, ()))
        todo.extend(node.get("dependentSchemas", {}).values())


def branching(schema: Schema) -> int:
    """How often one value may be judged by way of references, up to `MOST_BRANCHING`.

    A chain of definitions that each name the next one twice doubles at every step.
    """
    if not isinstance(schema, dict):
        return 1
    counts: dict[str, int] = {}
    for name in _references(schema):
        _count(schema, name, counts)
    return min(MOST_BRANCHING, max([1, *counts.values()]))


def _count(document: dict[str, Any], start: str, counts: dict[str, int]) -> None:
    todo, seen = [start], {start}
    while todo:
        inner = list(_next(document, todo[-1]))
        missing = [name for name in inner if name not in counts and name not in seen]
        if missing:
            seen.update(missing)
            todo.extend(missing)
        else:
            # One that is still under way is met in a ring, and counts once.
            counts[todo.pop()] = min(MOST_BRANCHING, 1 + sum(counts.get(n, 1) for n in inner))


def target(document: Json, reference: str) -> Json:
    """What a `#/...` reference leads to in the document; None where it leads nowhere."""
    node = document
    for step in unquote(reference).split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict) and name in node:
            node = node[name]
        elif isinstance(node, list) and name.isdigit() and int(name) < len(node):
            node = node[int(name)]
        else:
            return None
    return node
