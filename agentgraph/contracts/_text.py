"""Small pieces of text: values, paths and lists, as messages show them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from agentgraph.model.contract import Json

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


def json_path(parts: Iterable[str | int]) -> str:
    """`$.a[0]["odd key"]`."""
    return "$" + "".join(map(_step, parts))


def _step(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    return f".{part}" if _PLAIN_KEY.match(part) else f"[{json.dumps(part, ensure_ascii=False)}]"


def pointer(parts: Iterable[str | int]) -> str:
    """`#/properties/a`: a JSON pointer as a URI fragment."""
    return "#" + "".join(f"/{str(p).replace('~', '~0').replace('/', '~1')}" for p in parts)


def shown(value: Json, limit: int = 60) -> str:
    """The value as JSON, cut in the middle where it is longer than `limit` characters."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = repr(value)
    if len(text) <= limit:
        return text
    keep = (limit - 3) // 2
    return f"{text[:keep]}...{text[-keep:]}"


def listed(texts: Sequence[str], limit: int = 8, joint: str = " | ") -> str:
    """The texts in line; past `limit` of them, how many more there are."""
    if len(texts) <= limit:
        return joint.join(texts)
    return joint.join(texts[: limit - 1]) + f"{joint}... ({len(texts) - limit + 1} more)"


def counted(number: int, noun: str) -> str:
    """`1 item`, `2 items`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"
