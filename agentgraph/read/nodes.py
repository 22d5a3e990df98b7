"""Walking syntax trees, a good deal faster than `ast` does: what only marks a use is left out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_LEAVES = frozenset({ast.Name, ast.Constant})
"""More than half of all nodes; nothing is below them."""


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below one, in the order of the text."""
    found: list[ast.AST] = []
    if type(node) in _LEAVES:
        return found
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [one for one in value if isinstance(one, ast.AST)]
        elif isinstance(value, ast.AST) and name != "ctx":
            found.append(value)
    return found


def descendants(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all below it, those of inner functions too."""
    yield node
    for child in children(node):
        yield from descendants(child)
