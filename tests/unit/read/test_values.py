"""Which parameters and results certainly stand in an argument, and how it is put together."""

from __future__ import annotations

import pytest

from tests.unit.read.reading import Read, called


def shown(facts: object) -> list[str]:
    """The first argument of `sink`, a text for each piece: letters, {parameter}, #call, ?."""
    argument = called(facts, "sink").arguments[0]  # type: ignore[arg-type]
    return [
        piece.text
        if piece.text is not None
        else "".join(f"{{{name}}}" for name in sorted(piece.parameters))
        + "".join(f"#{number}" for number in sorted(piece.calls))
        or "?"
        for piece in argument.pieces
    ]


@pytest.mark.parametrize(
    ("body", "pieces"),
    [
        ("sink(p)", ["{p}"]),
        ("sink(p.a.b)", ["{p.a.b}"]),
        ("sink(p['a'])", ["{p.a}"]),
        ("sink(f'x {p} y {q.z}')", ["x ", "{p}", " y ", "{q.z}"]),
        ("sink('x' + p)", ["x", "{p}"]),
        ("sink('x %s y %d' % (p, q))", ["x ", "{p}", " y ", "{q}"]),
        ("sink('x %s' % p)", ["x ", "{p}"]),
        ("sink('x {} {b}'.format(p, b=q))", ["x ", "{p}", " ", "{q}"]),
        ("sink(' '.join(['x', p]))", ["x", "{p}"]),
        ("sink(str(p))", ["{p}"]),
        ("sink(p.strip().lower())", ["{p}"]),
        ("y = f'x{p}'\n    sink(y)", ["x", "{p}"]),
        ("y = 'x'\n    if q: y += p\n    sink(y)", ["x", "{p}"]),
        ("sink(p or 'none')", ["{p}"]),
        ("sink(p if q else 'none')", ["{p}"]),
        ("sink(clean(p))", ["#0"]),
        ("y = make().hex\n    sink(f'x{y}')", ["x", "#0"]),
        ("sink(p[0])", ["?"]),
        ("sink(p.read())", ["#0"]),
        ("p = clean(p)\n    sink(p)", ["?"]),
        ("for p in q: sink(p)", ["?"]),
        ("y = p\n    y = q\n    sink(y)", ["?"]),
        ("sink('const')", ["const"]),
    ],
)
def test_what_a_text_is_put_together_of(read: Read, body: str, pieces: list[str]) -> None:
    assert shown(read(f"def body(p, q):\n    {body}\n")) == pieces


def test_what_stands_deep_within_is_told_too(read: Read) -> None:
    facts = read("def body(p):\n    sink({'a': [p.x, make()]}, key=f'k{p.y}')\n")
    first, key = called(facts, "sink").arguments
    assert (first.parameters, first.calls, first.is_list) == (
        frozenset({"p.x"}),
        frozenset({0}),
        True,
    )
    assert (key.keyword, key.parameters) == ("key", frozenset({"p.y"}))


def test_a_condition_tests_what_it_looks_at(read: Read) -> None:
    facts = read(
        """
        def body(a, b, c, d, e, f):
            if a not in ALLOWED: raise ValueError
            if not b: return
            if c is None: return
            assert d.startswith("x")
            validate_name(e)
            return f
        """
    )
    assert facts.tested & {"a", "b", "c", "d", "e", "f"} == {"a", "d", "e"}
