"""What a run of `answer_with_sources` is given: the documents, indexed when first asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from graphs.library.passages import DOCUMENTS, read_passages
from graphs.library.search import Index


@dataclass
class Library:
    """A folder of Markdown files. Nothing is read before the first search."""

    folder: Path = DOCUMENTS

    @cached_property
    def index(self) -> Index:
        return Index(read_passages(self.folder))
