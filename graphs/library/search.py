"""BM25: which passages are about a question, and how much.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009),
with the idf that never goes below zero.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from pydantic import BaseModel

from graphs.library.passages import Passage
from graphs.library.words import terms

SATURATION = 1.2
"""k1: how soon a repeated word stops counting."""
LENGTH = 0.75
"""b: how much a long passage is held against it, from 0 to 1."""


class Hit(BaseModel):
    """A passage that was found, and its BM25 score: above 0, comparable within one search."""

    passage_id: str
    score: float


class Index:
    """Passages, ready to be searched. A heading counts twice: it says what a passage is about."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        self.passages = {passage.id: passage for passage in passages}
        self._counts = {
            one.id: Counter(terms(f"{one.heading} {one.heading} {one.text}"))
            for one in self.passages.values()
        }
        self._mean = sum(c.total() for c in self._counts.values()) / max(1, len(self._counts))
        self._in = Counter(term for counts in self._counts.values() for term in counts)

    def search(self, query: str, *, top: int = 4) -> list[Hit]:
        """The best passages for a query, best first; none that shares no word with it."""
        wanted = dict.fromkeys(terms(query))
        scored = [(self._score(counts, wanted), key) for key, counts in self._counts.items()]
        best = sorted((pair for pair in scored if pair[0] > 0), key=lambda p: (-p[0], p[1]))
        return [Hit(passage_id=key, score=round(score, 4)) for score, key in best[:top]]

    def weight(self, term: str) -> float:
        """How telling a stem is: 0 where every passage has it, highest where none does."""
        has = self._in[term]
        return math.log(1 + (len(self._counts) - has + 0.5) / (has + 0.5))

    def knows(self, term: str) -> bool:
        """Whether any passage has the stem."""
        return self._in[term] > 0

    def coverage(self, question: str, found: Iterable[str]) -> float:
        """How much of a question the passages of these ids speak of: 0 to 1, by weight of words."""
        wanted = dict.fromkeys(terms(question))
        total = sum(self.weight(term) for term in wanted)
        there = {term for key in found for term in self._counts[key]}
        covered = sum(self.weight(term) for term in wanted if term in there)
        return round(covered / total, 4) if total else 0.0

    def _score(self, counts: Counter[str], wanted: Iterable[str]) -> float:
        norm = SATURATION * (1 - LENGTH + LENGTH * counts.total() / self._mean)
        return sum(
            self.weight(term) * counts[term] * (SATURATION + 1) / (counts[term] + norm)
            for term in wanted
        )
