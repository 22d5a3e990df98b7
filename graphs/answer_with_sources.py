"""Answer a question from documents, and say which ones.

The lesson: a loop that corrects itself and always ends. A weak search, or an answer that its
sources do not bear out, leads to another way of asking, three times at most. What was searched,
found and scored, and what was then used, stands in the output. The conversation is the one
thing that is kept from turn to turn.

    agentgraph run graphs/answer_with_sources.py --input '{"question": "Can a join hang?"}'
"""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

from pydantic import BaseModel

from agentgraph import (
    END,
    START,
    Context,
    Edge,
    Graph,
    Message,
    Route,
    agent,
    append,
    by_model,
    field,
    kept,
    tool,
)
from graphs.library.answers import Draft, grounding, quote_answer, widen
from graphs.library.library import Library
from graphs.library.passages import Passage
from graphs.library.policy import why_refused
from graphs.library.search import Hit
from graphs.library.words import terms

ENOUGH = 0.5
"""The share of a query, by weight of its words, that the found passages must speak of."""
GROUNDED = 0.7
"""The share of an answer's words that must stand in the passages that it cites."""


class Question(BaseModel):
    question: str


class Search(BaseModel):
    """One search: what was asked, what was found with which scores, how much of it was covered."""

    query: str
    hits: list[Hit]
    coverage: float


class Source(BaseModel):
    """A passage of the last search. `used` where the answer cites it."""

    passage_id: str
    score: float
    used: bool


class Answered(BaseModel):
    """`searches` are in the order in which they were made; the answer cites `sources` as [1], [2]."""

    outcome: Literal["answered", "refused", "not_found"]
    answer: str
    sources: list[Source]
    searches: list[Search]


class Screening(BaseModel):
    screening: Literal["allowed", "refused"]
    reason: str


class Query(TypedDict):
    query: str


class Found(BaseModel):
    """`searches` adds this search to those before it."""

    hits: list[Hit]
    coverage: float
    searches: list[Search]


class Ending(BaseModel):
    outcome: Literal["answered", "refused", "not_found"]
    answer: str
    sources: list[Source]


class Told(Ending):
    """An answer that joins the conversation."""

    history: list[Message]


class AnswerState(TypedDict, total=False):
    question: str
    history: Annotated[list[Message], append, kept]
    screening: Literal["allowed", "refused"]
    reason: str
    query: str
    hits: list[Hit]
    coverage: float
    searches: Annotated[list[Search], append]
    evidence: list[Passage]
    draft: Draft
    grounded: float
    outcome: Literal["answered", "refused", "not_found"]
    answer: str
    sources: list[Source]


@tool(read_only=True, open_world=False)
def search_documents(ctx: Context[Library], query: str) -> list[Hit]:
    """The passages that are most about a query, best first."""
    return ctx.context.index.search(query)


@tool(read_only=True, open_world=False)
def read_passage(ctx: Context[Library], passage_id: str) -> Passage:
    """The whole text of a passage."""
    return ctx.context.index.passages[passage_id]


@agent
def screen(question: str) -> Screening:
    """Whether the house rules let the question be answered."""
    reason = why_refused(question)
    return Screening(screening="refused" if reason else "allowed", reason=reason or "")


@agent
def refuse(reason: str) -> Ending:
    """The refusal, with its reason."""
    return Ending(outcome="refused", answer=f"This is not answered: {reason}.", sources=[])


@agent
def resolve(question: str, history: list[Message]) -> Query:
    """The question as it can be searched: a follow-up takes along what it follows."""
    asked = [message.content for message in history if message.role == "user"]
    follows = bool(asked) and len(set(terms(question))) < 3
    return {"query": f"{question} {asked[-1]}" if follows else question}


@agent(tools=[search_documents])
def retrieve(ctx: Context[Library], query: str) -> Found:
    """The best passages, and how much of the query they speak of."""
    hits = search_documents(query)
    coverage = ctx.context.index.coverage(query, [hit.passage_id for hit in hits])
    return Found(
        hits=hits,
        coverage=coverage,
        searches=[Search(query=query, hits=hits, coverage=coverage)],
    )


@agent
def rewrite(question: str, searches: list[Search]) -> Query:
    """Another way to ask, wider each time."""
    return {"query": widen(question, len(searches))}


@agent(writes="evidence", tools=[read_passage])
def read_evidence(hits: list[Hit]) -> list[Passage]:
    """The passages behind the hits, whole."""
    return [read_passage(hit.passage_id) for hit in hits]


def quote(question: str, query: str, evidence: list[Passage]) -> Draft:
    """An answer in the documents' own sentences: no model needed."""
    return quote_answer(f"{question} {query}", evidence)


@agent(writes="draft", prompt="prompts/answer.md", model="deep", fallback=quote, timeout=60)
def respond(
    question: str,  # noqa: ARG001  # the model reads what the body does not
    query: str,  # noqa: ARG001
    evidence: list[Passage],  # noqa: ARG001
    history: list[Message],  # noqa: ARG001
) -> Draft:
    """An answer from the evidence, with the passages that it cites."""
    return by_model()


@agent(writes="grounded")
def verify(draft: Draft, evidence: list[Passage]) -> float:
    """How much of the answer stands in the passages that it cites, 0 to 1."""
    return grounding(draft.answer, [one for one in evidence if one.id in draft.used])


@agent
def tell(question: str, draft: Draft, hits: list[Hit]) -> Told:
    """The answer with its sources; question and answer join the conversation."""
    cited = [hit for key in draft.used for hit in hits if hit.passage_id == key]
    others = [hit for hit in hits if hit.passage_id not in draft.used]
    return Told(
        outcome="answered",
        answer=draft.answer,
        sources=[
            Source(passage_id=hit.passage_id, score=hit.score, used=hit in cited)
            for hit in cited + others
        ],
        history=[
            Message(role="user", content=question),
            Message(role="assistant", content=draft.answer),
        ],
    )


@agent
def give_up(hits: list[Hit]) -> Ending:
    """The admission that the documents do not say, with what came nearest."""
    return Ending(
        outcome="not_found",
        answer="The documents do not answer this.",
        sources=[Source(passage_id=hit.passage_id, score=hit.score, used=False) for hit in hits],
    )


graph = Graph(
    "answer_with_sources",
    version="1.0.0",
    input=Question,
    output=Answered,
    state=AnswerState,
    context=Library,
    edges=[
        Edge(START, screen),
        Route(screen, on="screening", to={"allowed": resolve, "refused": refuse}),
        Edge(resolve, retrieve),
        Route(retrieve, cases=[(field("coverage") >= ENOUGH, read_evidence)], otherwise=rewrite),
        Edge(rewrite, retrieve, at_most=3, otherwise=give_up),
        Edge(read_evidence, respond),
        Edge(respond, verify),
        Route(verify, cases=[(field("grounded") >= GROUNDED, tell)], otherwise=rewrite),
        Edge(tell, END),
        Edge(give_up, END),
        Edge(refuse, END),
    ],
)
