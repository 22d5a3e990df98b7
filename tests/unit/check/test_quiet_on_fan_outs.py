"""Correct graphs in which work is spread out and comes together again. Nothing is to be said."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from agentgraph import END, START, Edge, Graph, Map, agent, append, field
from agentgraph.check.engine import check_graph


class Query(TypedDict):
    query: str


class Reply(TypedDict):
    reply: str


class Judged(TypedDict):
    verdict: Literal["good", "bad"]
    critique: str


@agent(writes="reply")
def answer(query: str) -> str:
    return query


@agent(writes="draft")
def write(query: str, critique: str = "") -> str:
    return query + critique


@agent
def judge(draft: str) -> Judged:
    return {"verdict": "good" if draft else "bad", "critique": ""}


@agent(writes="reply")
def publish(draft: str) -> str:
    return draft


def said(graph: Graph) -> list[str]:
    return [str(finding) for finding in check_graph(graph)]


def test_an_orchestrator_gives_each_worker_a_part_and_puts_the_parts_together() -> None:
    class Part(TypedDict):
        title: str
        goal: str

    @agent(writes="parts")
    def plan(query: str) -> list[Part]:
        return [{"title": query, "goal": ""}]

    @agent(writes="section")
    def work(part: Part, query: str) -> str:
        return part["title"] + query

    @agent(writes="reply")
    def synthesize(sections: list[str]) -> str:
        return "\n".join(sections)

    graph = Graph(
        "report",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, plan),
            Map(plan, over="parts", each="part", to=work, into="sections"),
            Edge(work, synthesize),
            Edge(synthesize, END),
        ],
    )
    assert said(graph) == []


def test_what_a_map_has_made_is_mapped_over_again() -> None:
    class Pages(TypedDict):
        urls: list[str]

    class Page(TypedDict):
        url: str
        text: str

    @agent
    def fetch(url: str) -> Page:
        return {"url": url, "text": ""}

    @agent(writes="summary")
    def summarise(page: Page) -> str:
        return page["text"]

    @agent
    def gather(pages: list[Page]) -> None:
        """A place to stand between the two maps."""

    @agent(writes="reply")
    def digest(summaries: list[str]) -> str:
        return " ".join(summaries)

    graph = Graph(
        "digest",
        input=Pages,
        output=Reply,
        edges=[
            Map(START, over="urls", each="url", to=fetch, into="pages"),
            Edge(fetch, gather),
            Map(gather, over="pages", each="page", to=summarise, into="summaries"),
            Edge(summarise, digest),
            Edge(digest, END),
        ],
    )
    assert said(graph) == []


def test_a_graph_is_run_once_per_element() -> None:
    class City(TypedDict):
        city: str

    class Offer(TypedDict):
        hotel: str
        price: float

    class Trip(TypedDict):
        cities: list[str]

    @agent(writes="hotels")
    def search(city: str) -> list[str]:
        return [city]

    @agent(writes="price_of_one")
    def rate(hotel_name: str) -> float:
        return float(len(hotel_name))

    @agent
    def choose(hotels: list[str], prices: list[float]) -> Offer:
        return {"hotel": hotels[0] if hotels else "", "price": min(prices, default=0.0)}

    offer = Graph(
        "offer",
        input=City,
        output=Offer,
        edges=[
            Edge(START, search),
            Map(search, over="hotels", each="hotel_name", to=rate, into="prices"),
            Edge(rate, choose),
            Edge(choose, END),
        ],
    )

    @agent(writes="reply")
    def tell(offers: list[Offer]) -> str:
        return ", ".join(one["hotel"] for one in offers)

    graph = Graph(
        "trip",
        input=Trip,
        output=Reply,
        edges=[
            Map(START, over="cities", each="city", to=offer, into="offers"),
            Edge(offer, tell),
            Edge(tell, END),
        ],
    )
    assert said(graph) == []


def test_of_a_fan_out_one_branch_is_optional() -> None:
    class Need(TypedDict):
        wants_images: bool

    @agent
    def triage(query: str) -> Need:
        return {"wants_images": "image" in query}

    @agent(writes="images")
    def draw(query: str) -> list[str]:
        return [query]

    @agent(writes="reply")
    def compose(draft: str, images: list[str] | None = None) -> str:
        return draft + str(images)

    graph = Graph(
        "illustrated",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, triage),
            Edge(triage, write),
            Edge(triage, draw, when=field("wants_images") == True),  # noqa: E712  # a guard
            Edge([write, draw], compose),
            Edge(compose, END),
        ],
    )
    assert said(graph) == []


def test_several_sources_are_asked_and_ranked_together() -> None:
    keyword = answer.named("by_keyword", writes="by_words")
    vector = answer.named("by_vector", writes="by_meaning")
    web = answer.named("by_web", writes="by_search")

    @agent(writes="passages")
    def rank(by_words: str, by_meaning: str, by_search: str) -> list[str]:
        return [by_words, by_meaning, by_search]

    @agent(writes="reply")
    def cite(query: str, passages: list[str]) -> str:
        return query + passages[0]

    graph = Graph(
        "hybrid",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, keyword),
            Edge(START, vector),
            Edge(START, web),
            Edge([keyword, vector, web], rank),
            Edge(rank, cite),
            Edge(cite, END),
        ],
    )
    assert said(graph) == []


def test_agents_vote_and_the_majority_counts() -> None:
    class State(TypedDict, total=False):
        query: str
        votes: Annotated[list[bool], append]
        reply: str

    @agent(writes="votes")
    def vote(query: str) -> list[bool]:
        return [len(query) > 3]

    voters = [vote.named(f"voter_{number}") for number in range(3)]

    @agent(writes="reply")
    def count(votes: list[bool]) -> str:
        return "yes" if sum(votes) > 1 else "no"

    graph = Graph(
        "jury",
        input=Query,
        output=Reply,
        state=State,
        edges=[
            *(Edge(START, voter) for voter in voters),
            Edge(voters, count),
            Edge(count, END),
        ],
    )
    assert said(graph) == []
