"""A name means what the module's imports and aliases make of it, or nothing at all."""

from __future__ import annotations

import pytest

from tests.unit.read.reading import Read, called


@pytest.mark.parametrize(
    ("head", "body", "name"),
    [
        ("import time", "time.sleep(1)", "time.sleep"),
        ("import time as t", "t.sleep(1)", "time.sleep"),
        ("from time import sleep as nap", "nap(1)", "time.sleep"),
        ("import os.path", "os.getenv('A')", "os.getenv"),
        ("import os\nimport os.path", "os.getenv('A')", "os.getenv"),
        ("import requests", "requests.Session().get('u')", "requests.Session().get"),
        ("import requests\ns = requests.Session()", "s.get('u')", "requests.Session().get"),
        ("import httpx", "with httpx.Client() as c: c.get('u')", "httpx.Client().get"),
        ("from datetime import datetime", "now = datetime.now; now()", "datetime.datetime.now"),
        ("", "import time; time.sleep(1)", "time.sleep"),
        ("try:\n import redis\nexcept ImportError:\n redis = None", "redis.Redis()", "redis.Redis"),
        ("", "open('f')", "builtins.open"),
        ("from os import environ", "environ['A']", "os.environ.__getitem__"),
    ],
)
def test_what_is_imported_has_its_whole_name(read: Read, head: str, body: str, name: str) -> None:
    facts = read(f"{head}\ndef body(x):\n    {body}\n")
    assert name in {call.name for call in facts.calls}


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("import time", "time = x; time.sleep(1)"),
        ("import time\ntime = fake()", "time.sleep(1)"),
        ("import time", "for time in x: time.sleep(1)"),
        ("from fakes import *", "open('f')"),
        ("def open(f): ...", "open('f')"),
        ("import a\nimport b as a", "a.sleep(1)"),
        ("import time", "x.time.sleep(1)"),
        ("import time", "[time.sleep(1) for time in x]"),
        ("import time", "match x:\n        case {'t': time}: time.sleep(1)"),
        ("if here():\n from time import sleep\nelse:\n from fake import sleep", "sleep(1)"),
    ],
)
def test_what_may_be_something_else_has_none(read: Read, head: str, body: str) -> None:
    facts = read(f"{head}\ndef body(x):\n    {body}\n")
    assert {call.name for call in facts.calls} <= {"", "builtins.open"} - (
        {"builtins.open"} if "open" in head or "*" in head else set()
    )


def test_a_parameter_is_told_from_the_module(read: Read) -> None:
    facts = read("import time\ndef body(time, y):\n    time.sleep(1)\n    y.a.b()\n")
    assert [(call.root, call.name) for call in facts.calls] == [("parameter", "")] * 2


def test_functions_of_the_file_are_found_where_they_stand(read: Read) -> None:
    facts = read(
        """
        def make():
            def inner(): ...

            def body(x):
                def own(): ...
                return helper(inner(own()))

            return body

        def helper(x): ...
        """
    )
    lines = {call.written: call.target.line for call in facts.calls if call.target}
    assert lines == {"helper": 11, "inner": 3, "own": 6}


def test_a_tool_is_told_by_its_decorator(read: Read) -> None:
    facts = read(
        """
        import agentgraph as ag
        from agentgraph import tool as make_tool
        from elsewhere import tool

        @ag.tool(read_only=True)
        def one(): ...

        @make_tool
        def two(): ...

        @tool
        def three(): ...

        def body(): return one(), two(), three()
        """
    )
    assert {call.written: call.is_tool for call in facts.calls} == {
        "one": True,
        "two": True,
        "three": False,
    }


def test_types_of_parameters_are_named_without_brackets_and_quotes(read: Read) -> None:
    facts = read(
        """
        from agentgraph import Context

        def body(ctx: "Context[int]", x: list[str], y): ...
        """
    )
    assert [one.annotation for one in facts.parameters] == [
        "agentgraph.Context",
        "builtins.list",
        "",
    ]


def test_awaiting_and_handing_on_are_told(read: Read) -> None:
    facts = read(
        """
        async def body(ctx, f, g, h):
            await f()
            g()
            await ctx.step("name", lambda: h(1))
        """
    )
    assert called(facts, "f").is_awaited
    assert not called(facts, "g").is_awaited
    assert called(facts, "h").handed_to == ("ctx.step",)
