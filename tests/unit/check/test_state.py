"""What the state holds when an agent starts, as people and programs read it."""

from __future__ import annotations

import json

from agentgraph.check.flow.known import KnownField, KnownValue
from agentgraph.check.report.state import render_state, state_data
from agentgraph.model.source import Source

ORDER = KnownField(
    "order_id",
    (
        KnownValue("input", None, "str", source=Source("/x/shop.py", 9)),
        KnownValue(
            "write", "look_up", "str | None", ("order_id is str",), Source("/x/shop.py", 20)
        ),
        KnownValue(
            "write", "look_up", "str | None", ("order_id is null",), Source("/x/shop.py", 20)
        ),
        KnownValue("absent", None, ""),
    ),
)
OFFERS = KnownField("offers", (KnownValue("collected", "search", "list[str]"),))
LATER = KnownField("reply", (KnownValue("absent", None, ""),))


def test_a_row_for_each_thing_that_a_field_can_be() -> None:
    assert render_state("shop.answer", [ORDER, OFFERS, LATER]) == (
        "When shop.answer starts, the state holds:\n"
        "\n"
        "field     from                at             what it can be\n"
        "order_id  the input           /x/shop.py:9   str\n"
        "          look_up             /x/shop.py:20  str | None\n"
        "                                                 where order_id is str or order_id is null\n"
        "                                             may be absent\n"
        "offers    search (collected)                 list[str]\n"
        "\n"
        "Not written yet: reply\n"
    )


def test_what_is_known_on_one_way_alone_is_not_told_as_known() -> None:
    values = (KnownValue("write", "w", "str", ("x is a",)), KnownValue("write", "w", "str"))

    assert "where" not in render_state("g.a", [KnownField("x", values)])


def test_nothing_at_all() -> None:
    assert render_state("g.a", []) == "When g.a starts, nothing is known to be in the state.\n"


def test_as_data() -> None:
    data = state_data("shop", "answer", [ORDER, LATER])

    assert json.loads(json.dumps(data)) == data
    assert (data["graph"], data["agent"]) == ("shop", "answer")
    first, later = data["fields"]
    assert (first["name"], first["may_be_absent"], len(first["values"])) == ("order_id", True, 3)
    assert first["values"][1] == {
        "kind": "write",
        "type": "str | None",
        "writer": "look_up",
        "file": "/x/shop.py",
        "line": 20,
        "found_out": ["order_id is str"],
    }
    assert later == {"name": "reply", "may_be_absent": True, "values": []}


def test_a_long_type_is_cut() -> None:
    field = KnownField("x", (KnownValue("input", None, "x" * 500),))

    assert max(map(len, render_state("g.a", [field]).splitlines())) < 140


def test_a_name_cannot_repaint_the_terminal() -> None:
    field = KnownField("x", (KnownValue("input", None, '"\x1b[2J"'),))

    assert "\x1b" not in render_state("g.a", [field])
