"""The pages made from the code are as the code has them."""

from __future__ import annotations

import docs.__main__ as made


def test_no_generated_page_is_stale() -> None:
    """`make docs` writes them anew."""
    assert made.stale() == []
