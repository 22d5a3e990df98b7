"""What a part of a type demands or does, and its JSON Schema does not show."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import WithJsonSchema

from agentgraph.contracts._engine import schema_faults
from agentgraph.contracts._positions import MANY, NAMED, ONE

Node = Mapping[str, Any]

_BOUNDED: Final = {"decimal", "fraction", "date", "datetime", "time", "timedelta"}
_BOUNDS: Final = ("le", "ge", "lt", "gt", "max_digits", "decimal_places", "multiple_of")
# pydantic's own functions that refuse no more than the schema beside them does.
_HARMLESS: Final = {
    "defaultdict_validator",
    "ip_v4_address_validator",
    "ip_v6_address_validator",
    "max_length_validator",
    "min_length_validator",
    "path_validator",
}
_SIZED: Final = ("json-or-python", "list", "dict", "tuple", "set", "frozenset")
_ANY: Final[Node] = {"type": "any"}
_CALLED: Final = {"val_func": "a predicate"}
_DISTINCT: Final = {"int", "bool", "literal", "enum", "uuid", "none"}
"""Items that are equal just where what is written of them is."""
_WHOLE: Final = ("model", "dataclass", "typed-dict")
_ASSERTIONS: Final = (
    ONE
    | MANY
    | (NAMED - {"$defs", "definitions"})
    | {"$ref", "type", "const", "enum", "required", "pattern", "format", "multipleOf"}
    | {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "uniqueItems"}
    | {"minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"}
    | {"minContains", "maxContains", "dependentRequired"}
)


def unsaid(node: Node, place: str, config: Node) -> Iterator[str]:
    """A sentence for each thing that the schema of this very part leaves out."""
    kind = node.get("type", "")
    if kind == "str":
        yield from _of_text(node, place, config)
    if kind in _BOUNDED and any(bound in node for bound in _BOUNDS):
        yield f"`{place}` has bounds that its schema does not show in full"
    if kind in ("set", "frozenset") and _may_shrink(node, config):
        yield f"`{place}` counts items that are equal once they are read as one"
    if kind == "bytes" and config.get("ser_json_bytes") == "base64" and _has_size(node):
        yield f"`{place}` is measured in bytes, which its schema does not show"
    if kind == "dict":
        yield from _of_keys(node, place)
    if is_by_hand(node):
        yield f"`{place}` has a JSON schema written by hand, which need not say what is read"
    if kind == "tagged-union" and callable(node["discriminator"]):
        name = function_name(node["discriminator"])
        yield f"`{place}` is told apart by `{name}`, which its schema does not show"
    if (written := rewritten_as(node)) is not None and written.get("type") != kind:
        name = function_name(node["serialization"]["function"])
        yield f"`{place}` is read back from what `{name}` writes, which its schema shows in part only"


def _of_text(node: Node, place: str, config: Node) -> Iterator[str]:
    strips = node.get("strip_whitespace", config.get("str_strip_whitespace"))
    shortest = node.get("min_length", config.get("str_min_length"))
    if strips and (shortest or "pattern" in node):
        yield f"`{place}` is measured after blanks were stripped from its ends"
    if pattern := unshown_pattern(node):
        yield f"`{place}` must match {pattern}, which its schema does not show"


def unshown_pattern(node: Node) -> str:
    """The pattern of a text that JSON Schema has no way to write down; "" where it has one."""
    pattern = node.get("pattern")
    if isinstance(pattern, re.Pattern):
        flags = re.RegexFlag(pattern.flags) & ~re.UNICODE
        if flags:
            return f"/{pattern.pattern}/ ({' and '.join(str(flag.name) for flag in flags)})"
        pattern = pattern.pattern
    return f"/{pattern}/" if pattern is not None and schema_faults({"pattern": pattern}) else ""


def changes_case(node: Node, config: Node) -> bool:
    """Whether a text's case is changed after its pattern was held against it."""
    changes = any(node.get(f"to_{c}", config.get(f"str_to_{c}")) for c in ("lower", "upper"))
    return changes and "pattern" in node


def _may_shrink(node: Node, config: Node) -> bool:
    """Whether items that are written differently may be one, and then are too few."""
    items = node.get("items_schema", {})
    if node.get("min_length", 0) < 2:
        return False
    if items.get("type") == "str":
        changing = ("strip_whitespace", "to_lower", "to_upper")
        return any(items.get(key) or config.get(f"str_{key}") for key in changing)
    return items.get("type") not in _DISTINCT


def _of_keys(node: Node, place: str) -> Iterator[str]:
    keys = node.get("keys_schema", {})
    if keys.get("type") in ("int", "float") and any(bound in keys for bound in _BOUNDS):
        yield f"`{place}` has bounds on its keys, which its schema does not show"
    distinct = keys.get("type", "any") in ("any", "str", "enum", "literal")
    if node.get("min_length", 0) > 1 and not distinct:
        yield f"`{place}` counts keys that are equal once they are read as one"


def _has_size(node: Node) -> bool:
    return "min_length" in node or "max_length" in node


def is_by_hand(node: Node) -> bool:
    """Whether the user had a hand in the part's JSON schema, beyond titles and examples."""
    metadata = node.get("metadata", {})
    functions = metadata.get("pydantic_js_functions", [])
    functions = [*functions, *metadata.get("pydantic_js_annotation_functions", [])]
    extras = [metadata.get("pydantic_js_extra")]
    if node.get("type") in _WHOLE:
        cls = node.get("cls")
        config = getattr(cls, "model_config", None) or getattr(cls, "__pydantic_config__", {})
        extras.append(config.get("json_schema_extra"))
    return any(map(_is_hand, functions)) or any(
        callable(extra) or (isinstance(extra, dict) and not _ASSERTIONS.isdisjoint(extra))
        for extra in extras
    )


def _is_hand(function: Any) -> bool:
    if isinstance(getattr(function, "__self__", None), WithJsonSchema):
        return True
    module = getattr(_bare(function), "__module__", None) or ""
    return not module.startswith("pydantic")


def rewrites(node: Node) -> bool:
    """Whether a serializer of the user's writes this part."""
    serializer = node.get("serialization")
    if not serializer or serializer.get("type") not in ("function-plain", "function-wrap"):
        return False
    module = getattr(serializer["function"], "__module__", "") or ""
    return not module.startswith(("pydantic._internal", "operator"))


def rewritten_as(node: Node) -> Node | None:
    """What a user's serializer says that it writes in place of a value; None: nothing, or a whole object."""
    if not rewrites(node) or node.get("type") in (*_WHOLE, "model-field"):
        return None
    serializer = node["serialization"]
    module = getattr(serializer["function"], "__module__", "") or ""
    found = serializer.get("return_schema", _ANY)
    return None if module.startswith("pydantic") or found["type"] == "any" else found


def is_shown(node: Node) -> bool:
    """Whether a function demands no more than the schema shows."""
    function = _bare(node["function"]["function"])
    module, name = getattr(function, "__module__", None) or "", getattr(function, "__name__", "")
    if not module.startswith("pydantic._internal") or name not in _HARMLESS:
        return False
    inner = node.get("schema", {})
    while inner.get("type") == "function-after" and is_shown(inner):
        inner = inner["schema"]
    return "length" not in name or inner.get("type") in _SIZED


def function_name(function: Any) -> str:
    """What a function is called in the source, with what was filled in of it beforehand."""
    bare = _bare(function)
    name = getattr(bare, "__name__", None) or type(bare).__name__
    name = _CALLED.get(name, name)
    if bare is function or not isinstance(function, functools.partial):
        return name
    given = [*map(repr, function.args), *(f"{k}={v!r}" for k, v in function.keywords.items())]
    return f"{name}({', '.join(given)})"


def _bare(function: Any) -> Any:
    while isinstance(function, functools.partial):
        function = function.func
    return function
