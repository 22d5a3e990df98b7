"""The documents, cut into passages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

DOCUMENTS = Path(__file__).parents[1] / "data" / "docs"


class Passage(BaseModel):
    """One section of a document. `id` is `document#heading-in-lower-case`."""

    id: str
    document: str
    heading: str
    text: str


def read_passages(folder: Path = DOCUMENTS) -> list[Passage]:
    """Every section of every Markdown file in a folder, in the order of names and lines."""
    return [
        passage
        for path in sorted(folder.glob("*.md"))
        for passage in _sections(path.stem, path.read_text(encoding="utf-8"))
    ]


def _sections(document: str, text: str) -> Iterator[Passage]:
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        slug = re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")
        yield Passage(
            id=f"{document}#{slug}", document=document, heading=heading.strip(), text=body.strip()
        )
