"""The text of a schema, worked out once for who asks about the same schemas again and again."""

from __future__ import annotations

from agentgraph.contracts._compiled import content
from agentgraph.model.contract import Schema


class Texts:
    """Text that equal schemas share, by the schema's identity.

    For schemas that do not change while it lives; it keeps them. SchemaError: it is not JSON, or
    more than is worked on.
    """

    __slots__ = ("_known",)

    def __init__(self) -> None:
        # With the schema beside it: an id is only good as long as what it was taken of.
        self._known: dict[int, tuple[str, Schema]] = {}

    def __call__(self, schema: Schema) -> str:
        known = self._known.get(id(schema))
        if known is None:
            known = self._known[id(schema)] = (content(schema), schema)
        return known[0]
