"""Correct graphs in which something fails, and something else takes over. Nothing is to be said."""

from __future__ import annotations

from typing import Annotated, TypedDict

from agentgraph import END, START, Edge, Graph, Map, Retry, Value, agent, append
from agentgraph.check.engine import check_graph


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


@agent(writes="reply")
def answer(query: str) -> str:
    return query


@agent(writes="reply")
def apologise(query: str) -> str:
    return "sorry"


def said(graph: Graph) -> list[str]:
    return [str(finding) for finding in check_graph(graph)]


def test_what_was_done_is_undone_where_a_later_step_fails() -> None:
    @agent(writes="hold")
    def reserve(query: str) -> str:
        return query

    @agent(writes="receipt")
    def charge(hold: str) -> str:
        return hold

    @agent(writes="reply")
    def release(hold: str) -> str:
        return f"released {hold}"

    @agent(writes="reply")
    def confirm(hold: str, receipt: str) -> str:
        return hold + receipt

    graph = Graph(
        "booking",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, reserve),
            Edge(reserve, apologise, on_failure=True),
            Edge(reserve, charge),
            Edge(charge, release, on_failure=True),
            Edge(charge, confirm),
            Edge(apologise, END),
            Edge(release, END),
            Edge(confirm, END),
        ],
    )
    assert said(graph) == []


def test_a_chain_of_fallbacks_ends_in_a_fixed_value() -> None:
    def from_cache(query: str) -> str:
        return query

    @agent(writes="facts", retry=Retry(attempts=2), timeout=3, fallback=[from_cache, Value("")])
    def look_up(query: str) -> str:
        return query

    @agent(writes="reply")
    def compose(query: str, facts: str) -> str:
        return facts or query

    graph = Graph(
        "facts",
        input=Query,
        output=Reply,
        edges=[Edge(START, look_up), Edge(look_up, compose), Edge(compose, END)],
    )
    assert said(graph) == []


def test_the_second_service_is_asked_where_the_first_fails() -> None:
    primary, secondary = answer.named("primary"), answer.named("secondary")
    graph = Graph(
        "failover",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, primary),
            Edge(primary, END),
            Edge(primary, secondary, on_failure=True),
            Edge(secondary, END),
            Edge(secondary, apologise, on_failure=True),
            Edge(apologise, END),
        ],
    )
    assert said(graph) == []


def test_of_a_fan_out_one_branch_may_fail() -> None:
    @agent(writes="weather")
    def ask_weather(query: str) -> str:
        return query

    @agent(writes="weather")
    def guess_weather(query: str) -> str:
        return "mild"

    @agent(writes="hotels")
    def ask_hotels(query: str) -> list[str]:
        return [query]

    @agent(writes="reply")
    def plan(weather: str, hotels: list[str]) -> str:
        return weather + str(hotels)

    graph = Graph(
        "trip",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, ask_weather),
            Edge(START, ask_hotels),
            Edge(ask_weather, guess_weather, on_failure=True),
            Edge([ask_weather, guess_weather, ask_hotels], plan),
            Edge(plan, END),
        ],
    )
    assert said(graph) == []


def test_a_failed_element_of_a_map_is_told_of_apart() -> None:
    class Mail(TypedDict):
        addresses: list[str]

    class State(TypedDict, total=False):
        addresses: list[str]
        sent: list[str]
        failed: Annotated[list[str], append]
        reply: str

    @agent(writes="receipt")
    def send(address: str) -> str:
        return address

    @agent(writes="failed")
    def note_failure(addresses: list[str]) -> list[str]:
        return addresses[:1]

    @agent(writes="reply")
    def tell(sent: list[str], failed: list[str]) -> str:
        return f"{len(sent)} {len(failed)}"

    graph = Graph(
        "mailing",
        input=Mail,
        output=Reply,
        state=State,
        edges=[
            Map(START, over="addresses", each="address", to=send, into="sent"),
            Edge(send, note_failure, on_failure=True),
            Edge([send, note_failure], tell),
            Edge(tell, END),
        ],
    )
    assert said(graph) == []
