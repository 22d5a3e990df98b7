"""How findings are put together: order, roots, nested graphs, what the source waives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agentgraph.check.engine import check_graph
from agentgraph.check.flow import beside
from agentgraph.check.flow.flow import analyse
from agentgraph.check.flow.known import known_at
from agentgraph.lower.plan import lower_graph
from agentgraph.model.agent import AgentSpec, Prompt, Read, Write
from agentgraph.model.contract import Contract
from agentgraph.model.graph import END, START, EdgeSpec, GraphSpec, Interface, Port, StateField
from tests.properties.check_graphs import Maker

TEXT = Contract("str", {"type": "string"}, {"type": "string"})
NUMBER = Contract("int", {"type": "integer"}, {"type": "integer"})
NOTHING = Contract("object", {"type": "object"}, True)


def agent(name: str, reads: dict[str, Contract], writes: dict[str, Contract], **more) -> AgentSpec:
    return AgentSpec(
        name=name,
        kind="function",
        reads=tuple(Read(field=f, parameter=f, contract=c) for f, c in reads.items()),
        writes=tuple(Write(field=f, contract=c, key=f) for f, c in writes.items()),
        output=NOTHING,
        **more,
    )


def graph(*agents: AgentSpec, ways: list[tuple[str, str]], **more) -> GraphSpec:
    fields = {"q": TEXT}
    for one in agents:
        fields |= {read.field: read.contract for read in one.reads}
        fields |= {write.field: write.contract for write in one.writes}
    given = {
        "name": "g",
        "input": Interface(contract=NOTHING, ports=(Port(field="q", contract=TEXT),)),
        "output": Interface(contract=NOTHING, ports=()),
        "state": tuple(
            StateField(name=name, contract=contract, declared=False)
            for name, contract in fields.items()
        ),
        "agents": agents,
        "ways": tuple(EdgeSpec(sources=(a,), target=b) for a, b in ways),
        **more,
    }
    return GraphSpec(**given)


def test_one_writer_of_a_wrong_type_is_one_finding_with_all_its_readers() -> None:
    spec = graph(
        agent("w", {}, {"x": NUMBER}),
        agent("one", {"x": TEXT}, {}),
        agent("two", {"x": TEXT}, {}),
        ways=[(START, "w"), ("w", "one"), ("w", "two"), ("one", END), ("two", END)],
    )
    (found,) = check_graph(spec)
    assert found.code == "AG101"
    assert [r for r in found.reasons if r.startswith(("read by", "also read by"))] == [
        "read by: one",
        "also read by: two",
    ]


def test_what_was_refused_once_is_not_refused_again_behind() -> None:
    spec = graph(
        agent("w", {}, {"x": NUMBER}),
        agent("one", {"x": TEXT}, {}),
        agent("two", {"x": TEXT}, {}),
        ways=[(START, "w"), ("w", "one"), ("one", "two"), ("two", END)],
    )
    (found,) = check_graph(spec)
    assert found.place == "g.one.x"


def test_the_same_graph_gives_the_same_findings_in_the_same_order() -> None:
    spec = graph(
        agent("b", {"nobody": TEXT}, {}),
        agent("a", {"nowhere": TEXT}, {}),
        agent("alone", {}, {}),
        ways=[(START, "b"), ("b", "a"), ("a", END)],
    )
    found = [(f.code, f.place) for f in check_graph(spec)]
    assert found == [("AG202", "g.alone"), ("AG401", "g.a.nowhere"), ("AG401", "g.b.nobody")]
    assert found == [(f.code, f.place) for f in check_graph(spec)]


def test_a_ring_that_nothing_leads_to_is_told_once_and_not_lost() -> None:
    spec = graph(
        agent("a", {}, {}),
        agent("b", {}, {}),
        agent("c", {}, {}),
        ways=[(START, "a"), ("a", END), ("b", "c"), ("c", "b")],
    )
    (found,) = check_graph(spec)
    assert (found.code, found.place) == ("AG202", "g.b")
    assert [other.split(" (")[0] for other in found.related] == ["AG202: c is never reached"]


def test_graphs_within_are_checked_once() -> None:
    inner = graph(agent("r", {"nobody": TEXT}, {}), ways=[(START, "r"), ("r", END)], name="inner")
    outer = graph(
        agent("one", {"q": TEXT}, {}, graph=inner),
        agent("two", {"q": TEXT}, {}, graph=inner),
        ways=[(START, "one"), ("one", "two"), ("two", END)],
    )
    assert [(f.code, f.place) for f in check_graph(outer)] == [("AG401", "inner.r.nobody")]


def test_what_is_known_when_an_agent_starts() -> None:
    spec = graph(
        agent("w", {}, {"x": NUMBER}),
        agent("r", {"x": NUMBER}, {}),
        ways=[(START, "w"), ("w", "r"), (START, "r"), ("r", END)],
    )
    flow = analyse(spec, lower_graph(spec))
    fields = {field.name: field for field in known_at(flow, "r")}
    assert [(v.kind, v.writer, v.contract) for v in fields["q"].values] == [("input", None, "str")]
    assert {(v.kind, v.writer) for v in fields["x"].values} == {("absent", None), ("write", "w")}
    assert fields["x"].may_be_absent


def test_an_owner_is_named() -> None:
    spec = graph(
        agent("r", {"nobody": TEXT}, {}, owner="their-team"), ways=[(START, "r"), ("r", END)]
    )
    (found,) = check_graph(replace(spec, owner="my-team"))
    assert found.owner == "their-team"


def test_where_too_much_is_side_by_side_nothing_is_called_wrong_that_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for seed in range(100):
        spec = Maker(seed).spec()
        exactly = check_graph(spec)
        told = {f.message for f in exactly if f.severity != "note"}
        below = "\n".join(line for f in exactly for line in f.related)
        with monkeypatch.context() as patch:
            patch.setattr(beside, "STEPS", -1)
            for found in check_graph(spec):
                sure = found.message in told or found.message in below
                assert sure or found.severity == "note", (seed, found)


def test_what_hangs_on_who_runs_beside_whom_is_a_note_where_that_took_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec = graph(
        agent("one", {}, {"x": TEXT}),
        agent("two", {}, {"x": TEXT, "y": NUMBER}),
        agent("last", {"y": TEXT}, {}, prompt=Prompt(text="{z}", digest="", variables=("z",))),
        ways=[(START, "one"), (START, "two"), ("two", "last"), ("one", END), ("last", END)],
    )
    exactly = {found.code: found.severity for found in check_graph(spec)}
    assert exactly == {"AG101": "error", "AG106": "error", "AG402": "error"}
    monkeypatch.setattr(beside, "STEPS", -1)
    found = check_graph(spec)
    assert {one.code: one.severity for one in found if one.code in exactly} == {
        "AG101": "note",
        "AG106": "error",
        "AG402": "note",
    }
    for one in found:
        assert (one.severity == "note") is (
            one.reasons[-1:] == ("there is too much side by side here to tell for certain",)
        )
