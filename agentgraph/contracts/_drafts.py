"""One schema object of an older draft, said in the keywords of 2020-12.

Only the object itself: its subschemas and references are `_lift`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

from agentgraph.contracts._positions import is_schema
from agentgraph.model.contract import Json

Draft = Literal[4, 6, 7, 2019, 2020]
_URIS: Final[dict[str, Draft]] = {
    "json-schema.org/draft-03/schema": 4,
    "json-schema.org/draft-04/schema": 4,
    "json-schema.org/draft-06/schema": 6,
    "json-schema.org/draft-07/schema": 7,
    "json-schema.org/draft/2019-09/schema": 2019,
    "json-schema.org/draft/2020-12/schema": 2020,
    "json-schema.org/schema": 2020,
}
_SINCE: Final[dict[str, Draft]] = {
    "const": 6,
    "contains": 6,
    "propertyNames": 6,
    "if": 7,
    "then": 7,
    "else": 7,
    "dependentRequired": 2019,
    "dependentSchemas": 2019,
    "maxContains": 2019,
    "minContains": 2019,
    "unevaluatedItems": 2019,
    "unevaluatedProperties": 2019,
    "prefixItems": 2020,
}


def draft_of(schema: Json) -> Draft | None:
    """The draft that a document declares, or betrays by its shape. None: one we do not know."""
    if not isinstance(schema, dict):
        return 2020
    declared = schema.get("$schema")
    if isinstance(declared, str):
        bare = declared.split("://")[-1].rstrip("#")
        return _URIS.get(bare)
    return 2020


def is_metaschema(uri: str) -> bool:
    """Whether the URI is that of a draft's own schema."""
    return uri.rpartition("://")[2].rstrip("#") in _URIS


def said_anew(schema: dict[str, Any], draft: Draft) -> dict[str, Any]:
    """The schema object in 2020-12's keywords; meaning unchanged."""
    made = {key: value for key, value in schema.items() if _SINCE.get(key, 4) <= draft}
    if draft <= 7 and "$ref" in made:
        # Before 2019-09 whatever stands beside a reference is ignored.
        return {"$ref": made["$ref"], **{k: made[k] for k in ("$defs", "definitions") if k in made}}
    for change in _CHANGES:
        change(made, draft)
    return made


def _bounds(made: dict[str, Any], draft: Draft) -> None:
    if draft > 4:
        return
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if made.get(exclusive) is True and limit in made:
            made[exclusive] = made.pop(limit)
        elif isinstance(made.get(exclusive), bool):
            del made[exclusive]


def _tuples(made: dict[str, Any], draft: Draft) -> None:
    rest = made.pop("additionalItems", None)
    if draft == 2020:
        return
    if isinstance(made.get("items"), list):
        prefix = made.pop("items")
        if prefix:
            made["prefixItems"] = prefix
        if rest is not None:
            made["items"] = rest


def _dependencies(made: dict[str, Any], _: Draft) -> None:
    # Newer drafts no longer name the keyword, but who writes it means it.
    if not isinstance(made.get("dependencies"), dict):
        return
    needed = made.pop("dependencies")
    schemas = {k: v for k, v in needed.items() if is_schema(v)}
    names = {k: v if isinstance(v, list) else [v] for k, v in needed.items() if not is_schema(v)}
    if schemas:
        made["dependentSchemas"] = {**schemas, **made.get("dependentSchemas", {})}
    if names:
        made["dependentRequired"] = {**names, **made.get("dependentRequired", {})}


def _required(made: dict[str, Any], draft: Draft) -> None:
    # Draft 3 wrote `required: true` in the property; some draft-4 documents still do.
    if draft == 4 and isinstance(made.get("required"), bool):
        del made["required"]


def _identity(made: dict[str, Any], draft: Draft) -> None:
    for key in ("$schema", "$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$vocabulary"):
        made.pop(key, None)
    if draft == 4:
        made.pop("id", None)


_CHANGES: tuple[Callable[[dict[str, Any], Draft], None], ...] = (
    _bounds,
    _tuples,
    _dependencies,
    _required,
    _identity,
)
