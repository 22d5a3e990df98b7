"""References within a lifted document: where they lead, and whether they lead in a ring."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from agentgraph.model.contract import Json, Schema

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
    todo = [target(document, reference)]
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
