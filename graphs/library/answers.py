"""An answer made of sentences that stand in the passages, and how well an answer is grounded."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel

from graphs.library.passages import Passage
from graphs.library.search import Index
from graphs.library.words import sentences, terms

SYNONYMS = Path(__file__).parents[1] / "data" / "synonyms.json"


class Draft(BaseModel):
    """An answer with the ids of the passages that it cites as [1], [2], in that order."""

    answer: str
    used: list[str]


def quote_answer(question: str, passages: Sequence[Passage], *, most: int = 3) -> Draft:
    """The sentences that say most about the question, best first, each with its source.

    A sentence is worth the telling words that it shares with the question, and half of those
    that its heading does. Sentences worth less than half of the best one are left out.
    """
    index = Index(passages)
    wanted = set(terms(question))
    ranked = sorted(
        (
            (_worth(index, wanted, sentence, passage), -place, sentence, passage.id)
            for place, passage in enumerate(passages)
            for sentence in sentences(passage.text)
        ),
        reverse=True,
    )
    least = ranked[0][0] / 2 if ranked else 0.0
    chosen = [(said, source) for worth, _, said, source in ranked[:most] if worth >= least > 0]
    used = list(dict.fromkeys(source for _, source in chosen))
    answer = " ".join(f"{sentence} [{used.index(source) + 1}]" for sentence, source in chosen)
    return Draft(answer=answer, used=used)


def grounding(answer: str, passages: Sequence[Passage]) -> float:
    """The share of an answer's content words that stand in the passages, 0 to 1."""
    said = terms(re.sub(r"\[\d+\]", "", answer))
    there = {term for passage in passages for term in terms(f"{passage.heading} {passage.text}")}
    return round(sum(term in there for term in said) / len(said), 4) if said else 0.0


def widen(question: str, attempt: int) -> str:
    """Another way to ask: `attempt` (from 1) related words are added for each word that has some."""
    words = re.findall(r"[a-z0-9]+", question.lower())
    related = [other for word in words for other in load_synonyms().get(word, [])[:attempt]]
    return " ".join([question, *dict.fromkeys(related)])


@functools.cache
def load_synonyms() -> dict[str, list[str]]:
    """Words of askers, with the words that the documents use."""
    found: dict[str, list[str]] = json.loads(SYNONYMS.read_text(encoding="utf-8"))
    return found


def _worth(index: Index, wanted: set[str], sentence: str, passage: Passage) -> float:
    own = sum(index.weight(term) for term in wanted & set(terms(sentence)))
    headed = sum(index.weight(term) for term in wanted & set(terms(passage.heading)))
    return own + headed / 2
