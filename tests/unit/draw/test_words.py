"""Labels, identifiers and text in cells."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentgraph.draw.depict import depict
from agentgraph.draw.links import label_text
from agentgraph.draw.names import Names
from agentgraph.draw.terminal.cells import centred, printable, text_width, wrap
from tests.unit.draw.specs import agent, edge, graph


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("refund", "refund"),
        ("two words", "two words"),
        (True, "true"),
        (None, "null"),
        (3, "3"),
        ("3", '"3"'),
        ("true", '"true"'),
        ("", '""'),
        (" x", '" x"'),
    ],
)
def test_a_label_that_looks_like_another_value_is_quoted(label: Any, words: str) -> None:
    assert label_text(label) == words


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("🙂", 2), ("", 0)]
)
def test_text_is_measured_in_cells(text: str, width: int) -> None:
    assert text_width(text) == width


@given(st.text(), st.integers(2, 40))
def test_wrapping_loses_nothing_and_keeps_the_width(text: str, width: int) -> None:
    lines = wrap(text, width)

    assert "".join(lines).replace(" ", "") == printable(text).replace(" ", "")
    assert all(text_width(line) <= width for line in lines)


@given(st.text())
def test_nothing_printable_moves_the_cursor(text: str) -> None:
    assert all(char.isprintable() for char in printable(text))


@given(st.text(max_size=10), st.integers(20, 40))
def test_centring_fills_the_width(text: str, width: int) -> None:
    assert text_width(centred(printable(text)[:10], width)) == width


@given(st.lists(st.text(max_size=5), unique=True))
def test_every_name_has_an_identifier_of_its_own(names: list[str]) -> None:
    given_ = Names({"end"})
    found = [given_.of(name) for name in names]

    assert len(set(found)) == len(names)
    assert all(one.isidentifier() and one != "end" for one in found)
    assert found == [given_.of(name) for name in names]


def test_an_adapter_used_twice_is_two_boxes_that_name_their_agent() -> None:
    spec = graph(
        "twice",
        [agent("a"), agent("b"), agent("fit")],
        [
            edge("START", "a"),
            edge("a", "b", adapter="fit"),
            edge("b", "a", adapter="fit"),
        ],
    )

    boxes = {box.id: box for box in depict(spec).boxes}

    assert set(boxes) == {"START", "a", "b", "fit", "fit_2"}
    assert boxes["fit_2"].notes == ("runs fit",)


def test_a_line_names_the_contract_or_the_fields_that_the_target_takes() -> None:
    spec = graph(
        "carried",
        [
            agent("plan", "query", "a b c", "Plan"),
            agent("whole", "a b", "made", "=Made"),
            agent("plain", "made", "d e f", "dict[str, Any]"),
            agent("last", "d e f", "answer", "=str"),
            agent("stranger", "query"),
        ],
        [
            edge("START", "plan"),
            edge("plan", "whole"),
            edge("whole", "plain"),
            edge("plain", "last"),
            edge("last", "stranger"),
            edge("last", "END"),
        ],
    )

    carried = {link.id: link.carries for link in depict(spec).links}

    assert carried == {
        "START->plan": "Question",
        "plan->whole": "Plan",
        "whole->plain": "Made",
        "plain->last": "d, e +1",
        "last->stranger": "",
        "last->END": "answer",
    }
