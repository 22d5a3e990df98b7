"""Effects that wait for a person's yes: ways around it are told of, and nothing else is."""

from __future__ import annotations

from typing import Any, TypedDict

from agentgraph import END, START, Edge, Graph, Route, agent, by_person, field, tool
from agentgraph.check.engine import check_graph
from agentgraph.check.finding import Finding


class Invoice(TypedDict):
    invoice: str
    amount: int


class Yes(TypedDict):
    approved: bool


class Receipt(TypedDict):
    receipt: str


@tool(destructive=True, keyed=True, timeout=5)
def transfer(invoice: str, amount: int) -> str:
    return invoice


@tool(destructive=True, keyed=True, timeout=5, approval="Transfer it?")
def ask_and_transfer(invoice: str, amount: int) -> str:
    return invoice


@agent(asks="Pay this invoice?")
def approve(invoice: str, amount: int) -> Yes:
    return by_person()


@agent(writes="receipt", tools=[transfer])
def pay(invoice: str, amount: int) -> str:
    return transfer(invoice, amount)


@agent(writes="receipt")
def reject(invoice: str) -> str:
    return invoice


@agent(writes="amount")
def negotiate(amount: int) -> int:
    return amount


@agent
def note(invoice: str) -> None:
    return


def found(*edges: Any, agents: Any = ()) -> list[Finding]:
    ends = [Edge(one, END) for one in agents or (pay, reject)]
    graph = Graph("invoices", input=Invoice, output=Receipt, edges=[*edges, *ends])
    return [finding for finding in check_graph(graph) if finding.code == "AG605"]


ASKED = Route(approve, on="approved", to={True: pay, False: reject})


def test_every_way_goes_through_the_yes() -> None:
    assert found(Edge(START, approve), ASKED) == []


def test_a_graph_in_which_nobody_is_asked_is_left_alone() -> None:
    assert found(Edge(START, pay), agents=[pay]) == []


def test_an_answer_that_decides_nothing_about_the_effect_is_no_approval() -> None:
    @agent(tools=[transfer])
    def always(invoice: str) -> None:
        return

    edges = [Edge(START, approve), Route(approve, on="approved", to={True: note, False: reject})]
    assert found(*edges, Edge([note, reject], always), agents=[always]) == []


def test_a_route_around_it_may_be_meant() -> None:
    small = Route(START, cases=[(field("amount") < 100, pay)], otherwise=approve)
    (finding,) = found(small, ASKED)
    assert (finding.severity, finding.path) == ("warning", ("START", "pay"))


def test_a_failure_edge_around_it_is_an_error() -> None:
    (finding,) = found(Edge(START, approve), ASKED, Edge(approve, pay, on_failure=True))
    assert (finding.severity, finding.path) == ("error", ("START", "approve", "pay"))


def test_a_join_with_a_source_that_nobody_asks_for_goes_around_it() -> None:
    edges = [Edge(START, approve), Edge(START, note)]
    routed = Route(approve, on="approved", to={True: negotiate, False: reject})
    every = found(*edges, routed, Edge([negotiate, note], pay))
    (finding,) = [one for one in every if "without a yes" in one.message]
    assert (finding.severity, finding.path) == ("error", ("START", "note", "pay"))


def test_a_no_may_lead_back_to_the_question() -> None:
    back = Route(approve, on="approved", to={True: pay, False: negotiate})
    edges = [Edge(START, approve), back, Edge(negotiate, approve, at_most=3, otherwise=reject)]
    assert found(*edges) == []


def test_two_people_in_a_row() -> None:
    class Signed(TypedDict):
        signed: bool

    @agent(asks="Sign?")
    def sign(invoice: str, amount: int) -> Signed:
        return by_person()

    edges = [
        Edge(START, approve),
        Route(approve, on="approved", to={True: sign, False: reject}),
        Route(sign, on="signed", to={True: pay, False: reject}),
    ]
    assert found(*edges) == []


def test_either_of_two_people() -> None:
    other = approve.named("other")
    edges = [
        Route(START, cases=[(field("amount") < 100, approve)], otherwise=other),
        ASKED,
        Route(other, on="approved", to={True: pay, False: reject}),
    ]
    assert found(*edges) == []


def test_a_graph_that_asks_somebody_approves_as_well() -> None:
    committee = Graph(
        "committee", input=Invoice, output=Yes, edges=[Edge(START, approve), Edge(approve, END)]
    )
    edges = [
        Route(START, cases=[(field("amount") < 100, approve)], otherwise=committee),
        ASKED,
        Route(committee, on="approved", to={True: pay, False: reject}),
    ]
    assert found(*edges) == []


def test_a_question_whether_to_go_on_approves_nothing() -> None:
    @agent(tools=[transfer])
    def step(invoice: str, amount: int) -> None:
        return

    edges = [
        Edge(START, step),
        Edge(step, approve),
        Route(approve, on="approved", to={True: step, False: reject}),
    ]
    assert found(*edges, agents=[reject]) == []


def test_a_tool_that_asks_by_itself_needs_no_way_through_a_person() -> None:
    @agent(writes="receipt", tools=[ask_and_transfer])
    def asking(invoice: str, amount: int) -> str:
        return invoice

    small = Route(START, cases=[(field("amount") < 100, asking)], otherwise=approve)
    routed = Route(approve, on="approved", to={True: asking, False: reject})
    assert found(small, routed, agents=[asking, reject]) == []


def test_an_effect_within_a_graph_counts() -> None:
    class Paid(TypedDict):
        receipt: str

    inner = Graph("payment", input=Invoice, output=Paid, edges=[Edge(START, pay), Edge(pay, END)])
    routed = Route(approve, on="approved", to={True: inner, False: reject})
    edges = [Edge(START, approve), routed, Edge(approve, inner, on_failure=True)]
    (finding,) = found(*edges, agents=[inner, reject])
    assert finding.place == "invoices.payment.transfer"


def test_what_was_shown_must_not_change_after_the_yes() -> None:
    routed = Route(approve, on="approved", to={True: negotiate, False: reject})
    (finding,) = found(Edge(START, approve), routed, Edge(negotiate, pay))
    assert (finding.severity, finding.path) == ("error", ("approve", "negotiate", "pay"))
    assert finding.place == "invoices.negotiate.amount"


def test_nor_while_the_person_thinks() -> None:
    @agent
    def look(invoice: str) -> None:
        return

    edges = [Edge(START, look), Edge(look, approve), Edge(look, negotiate), Edge(negotiate, END)]
    (finding,) = found(*edges, ASKED)
    assert finding.place == "invoices.negotiate.amount"


def test_what_changed_before_the_question_or_is_not_acted_on_may_change() -> None:
    @agent(writes="invoice")
    def file(invoice: str) -> str:
        return invoice

    routed = Route(approve, on="approved", to={True: pay, False: reject})
    edges = [Edge(START, negotiate), Edge(negotiate, approve), routed, Edge(pay, file)]
    assert found(*edges, agents=[file, reject]) == []
