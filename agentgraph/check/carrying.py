"""What a type can carry: whether its values can hold what a label warns of.

One of a few fixed values says nothing of what it was decided by; a number or a date gives no
orders. So what is worked out from labelled data does not always bear the label.
"""

from __future__ import annotations

import re
from typing import Any

from agentgraph.model.contract import Json, Schema
from agentgraph.model.graph import UNTRUSTED

_NO_TEXT = frozenset(("date", "date-time", "time", "duration", "uuid", "ipv4", "ipv6"))
# What can match white space: any character, classes by negation, escapes that stand for more than
# one letter, the space itself. And an alternative outside of brackets leaves an end open.
_MAY_MATCH_SPACE = re.compile(r"(?<!\\)\.|\\[sSWDxupP]|\[\^|\s|^[^()]*\|")


def carries(schema: Schema, label: str) -> bool:
    """Whether values of the schema can hold what the label warns of; True in doubt.

    "untrusted" needs free text. Any other label needs something that is not one of a few fixed
    values (constants, booleans, null).
    """
    return _Carrying(schema, text=label == UNTRUSTED).can(schema)


class _Carrying:
    def __init__(self, root: Schema, *, text: bool) -> None:
        self._root = root
        self._text = text
        # While a reference is looked at, meeting it again adds nothing.
        self._known: dict[str, bool] = {}

    def can(self, schema: Json) -> bool:
        if not isinstance(schema, dict):
            return schema is not False
        if "const" in schema or "enum" in schema:
            return False
        if "$ref" in schema:
            return self._refers(schema["$ref"])
        if "allOf" in schema:
            return all(self.can(part) for part in schema["allOf"])
        for parts in ("anyOf", "oneOf"):
            if parts in schema:
                return any(self.can(part) for part in schema[parts])
        kinds = schema.get("type")
        if kinds is None:
            return True
        return any(
            self._kind(kind, schema) for kind in ([kinds] if isinstance(kinds, str) else kinds)
        )

    def _kind(self, kind: str, schema: dict[str, Any]) -> bool:
        match kind:
            case "string":
                return not self._text or _is_free(schema)
            case "integer" | "number":
                return not self._text
            case "array":
                parts = [*schema.get("prefixItems", ()), schema.get("items", True)]
                return any(self.can(part) for part in parts)
            case "object":
                more = schema.get("additionalProperties", True)
                # The keys of an open object are texts of their own.
                return more is not False or any(
                    map(self.can, schema.get("properties", {}).values())
                )
        return False

    def _refers(self, reference: str) -> bool:
        if reference not in self._known:
            self._known[reference] = False
            self._known[reference] = self.can(self._target(reference))
        return self._known[reference]

    def _target(self, reference: str) -> Json:
        """What a reference within the schema points to; True where that is not plain."""
        found: Json = self._root
        if not reference.startswith("#"):
            return True
        for part in reference[1:].split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(found, dict) or key not in found:
                return True
            found = found[key]
        return found


def _is_free(schema: dict[str, Any]) -> bool:
    """Whether a string may be a text of several words."""
    if schema.get("format") in _NO_TEXT:
        return False
    pattern = schema.get("pattern")
    if not isinstance(pattern, str):
        return True
    closed = pattern.startswith("^") and pattern.endswith("$") and not pattern.endswith("\\$")
    return not closed or _MAY_MATCH_SPACE.search(pattern[1:-1]) is not None
