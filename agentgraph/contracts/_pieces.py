"""The single demands that an accepting schema is made of, so that each can be tried alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from agentgraph.contracts.solve.formula import Formulas
from agentgraph.contracts.solve.nodes import TRUE

_DEPTH = 5


def pieces(formulas: Formulas, signed: int, limit: int) -> list[int]:
    """Signed nodes that together say what this one says; the first `limit` of them."""
    return list(dict.fromkeys(islice(_split(formulas, signed, 0), limit)))


def _split(formulas: Formulas, signed: int, depth: int) -> Iterator[int]:
    arena, node = formulas.arena, formulas.arena.nodes[abs(signed)]
    if signed < 0 or depth > _DEPTH:
        yield signed
    elif node[0] == "all":
        for part in node[1:]:
            yield from _split(formulas, part, depth)
    elif node[0] == "ref":
        yield from _split(formulas, formulas.target(signed), depth + 1)
    elif node[0] == "props":
        _, named, patterns, rest = node
        for name, part in named:
            for piece in _split(formulas, part, depth + 1):
                yield arena.props({name: piece}, {}, TRUE)
        yield arena.props({name: TRUE for name, _ in named}, dict(patterns), rest)
    elif node[0] == "items" and not node[1]:
        for piece in _split(formulas, node[2], depth + 1):
            yield arena.items((), piece)
    else:
        yield signed
