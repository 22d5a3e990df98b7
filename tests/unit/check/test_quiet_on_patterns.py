"""Correct graphs as the field builds them: supervisors, workers, critics, retrieval. Nothing is to be said."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from agentgraph import END, START, Budget, Edge, Graph, Map, Route, agent, append, by_model, field
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


def test_a_supervisor_calls_workers_until_it_is_done() -> None:
    class Order(TypedDict):
        next: Literal["research", "code", "finish"]
        task: str

    class State(TypedDict, total=False):
        query: str
        task: str
        results: Annotated[list[str], append]
        reply: str
        next: Literal["research", "code", "finish"]

    @agent
    def supervise(query: str, results: list[str]) -> Order:
        return {"next": "finish" if results else "code", "task": query}

    @agent(writes="results")
    def research(task: str) -> list[str]:
        return [task]

    @agent(writes="results")
    def code(task: str) -> list[str]:
        return [task]

    @agent(writes="reply")
    def finish(results: list[str]) -> str:
        return " ".join(results)

    graph = Graph(
        "team",
        input=Query,
        output=Reply,
        state=State,
        budget=Budget(steps=40),
        edges=[
            Edge(START, supervise),
            Route(supervise, on="next", to={"research": research, "code": code, "finish": finish}),
            Edge(research, supervise),
            Edge(code, supervise),
            Edge(finish, END),
        ],
    )
    assert said(graph) == []


def test_a_critic_sends_back_a_few_times_and_then_lets_it_pass() -> None:
    graph = Graph(
        "critic",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, write),
            Edge(write, judge),
            Edge(judge, write, when=field("verdict") == "bad", at_most=2, otherwise=publish),
            Edge(judge, publish, when=field("verdict") == "good"),
            Edge(publish, END),
        ],
    )
    assert said(graph) == []


def test_an_evaluator_decides_on_a_score() -> None:
    @agent(writes="score")
    def evaluate(draft: str) -> float:
        return 0.5

    graph = Graph(
        "optimizer",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, write),
            Edge(write, evaluate),
            Edge(evaluate, publish, when=field("score") >= 0.8),
            Edge(evaluate, write, when=field("score") < 0.8, at_most=4, otherwise=publish),
            Edge(publish, END),
        ],
    )
    assert said(graph) == []


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


def test_a_guardrail_runs_beside_the_work_and_has_the_last_word() -> None:
    @agent(writes="safe")
    def guard(query: str) -> bool:
        return bool(query)

    @agent
    def decide(safe: bool, draft: str) -> None:
        """Waits for both."""

    @agent(writes="reply")
    def refuse(query: str) -> str:
        return "no"

    graph = Graph(
        "guarded",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, guard),
            Edge(START, write),
            Edge([guard, write], decide),
            Route(decide, on="safe", to={True: publish, False: refuse}),
            Edge(publish, END),
            Edge(refuse, END),
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


def test_retrieval_rewrites_the_question_until_something_is_found() -> None:
    @agent(writes="documents")
    def retrieve(question: str) -> list[str]:
        return [question]

    @agent(writes="relevant")
    def grade(question: str, documents: list[str]) -> bool:
        return bool(documents)

    @agent(writes="question")
    def rewrite(query: str) -> str:
        return query + "?"

    @agent(writes="question")
    def take(query: str) -> str:
        return query

    @agent(writes="reply")
    def generate(question: str, documents: list[str]) -> str:
        return question + str(documents)

    graph = Graph(
        "rag",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, take),
            Edge(take, retrieve),
            Edge(retrieve, grade),
            Edge(grade, generate, when=field("relevant") == True),  # noqa: E712  # a guard
            Edge(
                grade,
                rewrite,
                when=field("relevant") == False,  # noqa: E712  # a guard
                at_most=2,
                otherwise=generate,
            ),
            Edge(rewrite, retrieve),
            Edge(generate, END),
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


def test_one_agent_translates_there_and_back() -> None:
    @agent(writes="translation")
    def translate(text: str) -> str:
        return text[::-1]

    there = translate.named("there", reads={"text": "query"}, writes="foreign")
    back = translate.named("back", reads={"text": "foreign"}, writes="reply")
    graph = Graph(
        "there_and_back",
        input=Query,
        output=Reply,
        edges=[Edge(START, there), Edge(there, back), Edge(back, END)],
    )
    assert said(graph) == []


def test_a_model_answers_and_a_simple_rule_stands_in() -> None:
    class Intent(TypedDict):
        intent: Literal["buy", "ask"]

    def by_words(query: str) -> Intent:
        return {"intent": "buy" if "buy" in query else "ask"}

    @agent(prompt="What does {query} want?", model="fast", fallback=by_words, timeout=5)
    def classify(query: str) -> Intent:
        return by_model()

    sell = answer.named("sell")
    graph = Graph(
        "front_desk",
        input=Query,
        output=Reply,
        edges=[
            Edge(START, classify),
            Route(classify, on="intent", to={"buy": sell, "ask": answer}),
            Edge(sell, END),
            Edge(answer, END),
        ],
    )
    assert said(graph) == []
