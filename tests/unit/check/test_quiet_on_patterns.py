"""Correct graphs as the field builds them: supervisors, workers, critics, retrieval. Nothing is to be said."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from agentgraph import END, START, Budget, Edge, Graph, Route, agent, append, by_model, field
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
