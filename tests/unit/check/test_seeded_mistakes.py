"""Ten mistakes made in a correct graph: each is told once, at its line, with the value that shows it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from agentgraph.check.engine import check_graph
from agentgraph.check.finding import Finding
from agentgraph.errors import DeclarationError

CORRECT = """
from typing import Literal, TypedDict

from agentgraph import END, START, Edge, Graph, Route, agent


class Query(TypedDict):
    query: str
    customer: str


class Reply(TypedDict):
    reply: str


class Intent(TypedDict):
    intent: Literal["status", "refund"]
    order_id: str
    reason: Literal["late", "damaged"]


@agent
def classify(query: str) -> Intent:
    return {"intent": "status", "order_id": "", "reason": "late"}


@agent(writes="facts")
def look_up(customer: str, order_id: str) -> str:
    return order_id


@agent(writes="facts")
def check_refund(order_id: str, reason: Literal["late", "damaged"]) -> str:
    return reason


@agent(writes="reply")
def compose(facts: str) -> str:
    return facts


graph = Graph(
    "shop",
    input=Query,
    output=Reply,
    edges=[
        Edge(START, classify),
        Route(
            classify,
            on="intent",
            to={
                "status": look_up,
                "refund": check_refund,
            },
        ),
        Edge([look_up, check_refund], compose),
        Edge(compose, END),
    ],
)
"""


@pytest.fixture
def load(tmp_path: Path, request: pytest.FixtureRequest):
    def load(text: str) -> tuple[ModuleType, list[str]]:
        path = tmp_path / "shop.py"
        path.write_text(text)
        module = ModuleType(f"seeded_{abs(hash(text))}")
        module.__file__ = str(path)
        sys.modules[module.__name__] = module
        request.addfinalizer(lambda: sys.modules.pop(module.__name__, None))
        exec(compile(text, str(path), "exec"), module.__dict__)
        return module, text.splitlines()

    return load


def changed(old: str, new: str) -> str:
    assert old in CORRECT
    return CORRECT.replace(old, new, 1)


def only(load, text: str) -> tuple[Finding, str]:
    """The one finding, and the text of its line."""
    module, lines = load(text)
    (finding,) = check_graph(module.graph)
    assert finding.line is not None
    return finding, lines[finding.line - 1].strip()


def test_the_graph_itself_is_correct(load) -> None:
    module, _ = load(CORRECT)
    assert check_graph(module.graph) == []


def test_a_renamed_field(load) -> None:
    finding, line = only(
        load, changed("    order_id: str\n    reason", "    order_nr: str\n    reason")
    )
    assert (finding.code, line) == ("AG401", "def look_up(customer: str, order_id: str) -> str:")
    assert finding.help == "did you mean order_nr, written by classify?"
    assert any("check_refund" in reason for reason in finding.reasons)


def test_a_widened_enum(load) -> None:
    finding, line = only(
        load,
        changed(
            'reason: Literal["late", "damaged"]\n', 'reason: Literal["late", "damaged", "other"]\n'
        ),
    )
    assert (finding.code, line) == ("AG101", '"refund": check_refund,')
    assert finding.witness == {"reason": "other"}
    assert any(reason.startswith("written by: classify") for reason in finding.reasons)


def test_a_missing_branch(load) -> None:
    finding, line = only(load, changed('                "refund": check_refund,\n', ""))
    assert (finding.code, line) == ("AG301", "Route(")
    assert finding.witness == {"intent": "refund"}
    assert any("AG202: check_refund" in other for other in finding.related)


def test_an_unreachable_agent(load) -> None:
    more = '@agent(writes="facts")\ndef guess(query: str) -> str:\n    return query\n\n\ngraph = '
    text = changed("graph = ", more).replace(
        "        Edge(compose, END),", "        Edge(guess, END),\n        Edge(compose, END),"
    )
    finding, line = only(load, text)
    assert (finding.code, line) == ("AG202", "def guess(query: str) -> str:")


def test_a_dead_end(load) -> None:
    finding, line = only(
        load, changed("Edge([look_up, check_refund], compose)", "Edge(look_up, compose)")
    )
    assert finding.code == "AG203"
    assert line.startswith("def check_refund(")
    assert finding.path == ("START", "classify", "check_refund")


def test_an_unknown_target(load) -> None:
    with pytest.raises(DeclarationError, match="nowhere"):
        load(changed("Edge(compose, END)", 'Edge(compose, "nowhere")'))


def test_a_missing_input(load) -> None:
    finding, line = only(load, changed("    query: str\n    customer: str", "    query: str"))
    assert (finding.code, line) == ("AG401", "def look_up(customer: str, order_id: str) -> str:")
    assert finding.path == ("START", "classify", "look_up")


def test_a_parallel_write(load) -> None:
    finding, _ = only(
        load,
        changed(
            "Edge(START, classify),", "Edge(START, classify),\n        Edge(START, check_refund),"
        )
        .replace('order_id: str, reason: Literal["late", "damaged"]) -> str', "query: str) -> str")
        .replace("return reason", "return query")
        .replace('writes="facts")\ndef check_refund', 'writes="intent")\ndef check_refund')
        .replace(
            '                "refund": check_refund,\n', '                "refund": look_up,\n'
        )
        .replace(
            "def check_refund(query: str) -> str:\n    return query",
            'def check_refund(query: str) -> Literal["status"]:\n    return "status"',
        )
        .replace(
            "Edge([look_up, check_refund], compose)",
            "Edge(look_up, compose), Edge(check_refund, END)",
        ),
    )
    assert finding.code == "AG402"
    assert finding.place in ("shop.check_refund.intent", "shop.classify.intent")


def test_a_changed_type(load) -> None:
    finding, line = only(load, changed("def compose(facts: str)", "def compose(facts: int)"))
    assert (finding.code, line) == ("AG101", "def compose(facts: int) -> str:")
    assert finding.witness == {"facts": ""}


def test_an_output_that_nobody_writes(load) -> None:
    finding, line = only(load, changed('writes="reply")', 'writes="answer")'))
    assert (finding.code, line) == ("AG105", "class Reply(TypedDict):")
    assert finding.help == "did you mean answer, written by compose?"
