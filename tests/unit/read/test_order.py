"""Which calls may come before which: branches, loops, early ends, exceptions."""

from __future__ import annotations

import textwrap

import pytest

from tests.unit.read.reading import Read, called


@pytest.mark.parametrize(
    ("body", "follows"),
    [
        ("a()\nb()", True),
        ("b()\na()", False),
        ("b(a())", True),
        ("if x:\n    a()\nelse:\n    b()", False),
        ("if x:\n    a()\nb()", True),
        ("if x:\n    a()\n    return\nb()", False),
        ("if x:\n    a()\n    raise ValueError\nb()", False),
        ("for y in x:\n    b()\n    a()", True),
        ("for y in x:\n    b()\n    a()\n    break", False),
        ("for y in x:\n    if y:\n        a()\n        continue\n    b()", True),
        ("while True:\n    if x:\n        a()\n        break\nb()", True),
        ("while True:\n    a()\nb()", None),
        ("while x:\n    a()\nelse:\n    b()", True),
        ("try:\n    a()\nexcept E:\n    b()", True),
        ("try:\n    b()\nexcept E:\n    a()", False),
        ("try:\n    x()\nexcept E:\n    a()\nelse:\n    b()", False),
        ("try:\n    x()\n    return a()\nfinally:\n    b()", True),
        ("try:\n    a()\n    return\nexcept E:\n    pass\nb()", True),
        ("match x:\n    case 1: a()\n    case 2: b()", False),
        ("match x:\n    case 1: a()\nb()", True),
        ("a() if x else b()", False),
        ("(x and a()) or b()", True),
        ("[b(a()) for y in x]", True),
        ("[(b(), a()) for y in x]", True),
        ("def inner():\n    a()\nb()", None),
        ("return\na()\nb()", None),
        ("with a():\n    b()", True),
        ("with x():\n    a()\n    return\nb()", None),
        ("with suppress(E):\n    a()\n    return\nb()", True),
        ("f(lambda: a())\nb()", True),
        ("assert a()\nb()", True),
        ("del x[a()]\nb()", True),
        ("y: a() = 1\nb()", None),
        ("return b() if a() else None", True),
    ],
)
def test_what_may_come_before(read: Read, body: str, follows: bool | None) -> None:
    text = "from contextlib import suppress\ndef body(x, f):\n" + textwrap.indent(body, "    ")
    facts = read(text + "\n")
    names = {call.written for call in facts.calls}
    if follows is None:
        assert not {"a", "b"} <= names
    else:
        assert called(facts, "b").may_follow(called(facts, "a")) is follows


def test_in_a_loop_a_call_follows_itself(read: Read) -> None:
    facts = read("def body(x):\n    for y in x:\n        a(y)\n    b()\n")
    assert called(facts, "a").may_follow(called(facts, "a"))
    assert not called(facts, "b").may_follow(called(facts, "b"))


@pytest.mark.parametrize(
    ("handler", "types", "again"),
    [
        ("except Exception: pass", ("Exception",), "never"),
        ("except: pass", ("BaseException",), "never"),
        ("except (KeyError, err.Mine) as e: log(e)", ("KeyError", "lib.err.Mine"), "never"),
        ("except E: raise", ("",), "always"),
        ("except Exception as e: raise e", ("Exception",), "always"),
        ("except Exception as e: raise Other from None", ("Exception",), "never"),
        ("except Exception as e:\n        if x: raise\n", ("Exception",), "may"),
        ("except Exception as e:\n        if x: return\n        raise\n", ("Exception",), "may"),
        ("except Exception as e:\n        def f(): raise\n", ("Exception",), "never"),
    ],
)
def test_what_a_handler_does(read: Read, handler: str, types: tuple[str, ...], again: str) -> None:
    facts = read(f"from lib import err\nE = make()\ndef body(x):\n    try: a()\n    {handler}\n")
    ((guard,),) = [call.guards for call in facts.calls if call.written == "a"]
    assert (guard.handlers[0].types, guard.handlers[0].again) == (types, again)


def test_only_the_body_of_a_try_is_guarded_by_it(read: Read) -> None:
    facts = read(
        """
        def body(x):
            try:
                a()
            except KeyError:
                b()
            else:
                c()
            finally:
                d()
                for y in x:
                    break
        """
    )
    assert {call.written: len(call.guards) for call in facts.calls} == {
        "a": 1,
        "b": 0,
        "c": 0,
        "d": 0,
    }
    assert called(facts, "a").guards[0].leaves is None


def test_a_finally_that_returns_lets_nothing_out(read: Read) -> None:
    facts = read(
        "def body(x):\n    try:\n        a()\n    finally:\n        if x:\n            return 1\n"
    )
    leaves = called(facts, "a").guards[0].leaves
    assert leaves is not None
    assert leaves.line == 6
