"""Small schemas made of others: an object of fields, a list, what a list holds."""

from __future__ import annotations

from collections.abc import Mapping

from agentgraph.model.agent import AgentSpec
from agentgraph.model.contract import Contract, Json, Schema


def embedded(schema: Schema) -> Schema:
    """The schema as a part of another: what it refers to stays its own."""
    if isinstance(schema, dict) and "$id" not in schema and _refers(schema):
        return {**schema, "$id": "agentgraph:part"}
    return schema


def object_of(fields: Mapping[str, Schema], required: tuple[str, ...]) -> Schema:
    """The object of these fields, whatever else it has."""
    return {
        "type": "object",
        "properties": {name: embedded(schema) for name, schema in fields.items()},
        "required": list(required),
    }


def list_of(schema: Schema) -> Schema:
    """Lists of what the schema admits."""
    return {"type": "array", "items": embedded(schema)}


def updates_of(agent: AgentSpec) -> Schema:
    """What one run of the agent adds to the list of a Map."""
    if len(agent.writes) == 1 and agent.writes[0].key is None:
        return agent.writes[0].contract.produced
    if all(write.key == write.field for write in agent.writes):
        return agent.output.produced
    made = object_of(
        {write.field: write.contract.produced for write in agent.writes},
        tuple(write.field for write in agent.writes if write.always),
    )
    return {**made, "additionalProperties": False} if isinstance(made, dict) else made


def element_of(contract: Contract | None) -> Contract | None:
    """What the lists of a contract hold; None where that is not plain."""
    if contract is None:
        return None
    found = _element(contract.produced, contract.produced)
    return None if found is None else Contract(f"element of {contract.name}", found, found)


def most_elements(schema: Schema) -> int | None:
    """How many elements a list of the schema can have; None: nothing limits it, or it is no list."""
    return _most(schema, schema)


def union_at_top(schema: Schema) -> bool:
    """Whether the schema says of several properties at once which go together."""
    top = _resolved(schema, schema)
    return isinstance(top, dict) and any(key in top for key in ("anyOf", "oneOf", "allOf", "if"))


def resolved(schema: Schema) -> Schema:
    """What the schema's top stands for, where it is a mere reference."""
    return _resolved(schema, schema)


def _most(schema: Schema, root: Schema) -> int | None:
    top = _resolved(schema, root)
    if not isinstance(top, dict):
        return None
    values = [top["const"]] if "const" in top else top.get("enum")
    if values is not None:
        return max((len(value) for value in values if isinstance(value, list)), default=0)
    for parts in ("anyOf", "oneOf"):
        if parts in top:
            found = [_most(part, root) for part in top[parts] if _may_be_list(part, root)]
            return (
                None if None in found else max((one for one in found if one is not None), default=0)
            )
    most = top.get("maxItems")
    return int(most) if most is not None else None


def _element(schema: Schema, root: Schema) -> Schema | None:
    top = _resolved(schema, root)
    if not isinstance(top, dict):
        return None
    if isinstance(top.get("const"), list):
        return {"enum": top["const"]} if top["const"] else False
    if "anyOf" in top:
        lists = [part for part in top["anyOf"] if _may_be_list(part, root)]
        parts = [_element(part, root) for part in lists]
        return _union(parts)
    if top.get("type") == "array" and "prefixItems" not in top and "allOf" not in top:
        return _with_defs(top.get("items", True), root)
    return None


def _union(parts: list[Schema | None]) -> Schema | None:
    known = [part for part in parts if part is not None]
    if not known or len(known) < len(parts):
        return None
    return known[0] if len(known) == 1 else {"anyOf": [embedded(part) for part in known]}


def _may_be_list(schema: Schema, root: Schema) -> bool:
    top = _resolved(schema, root)
    return not isinstance(top, dict) or top.get("type", "array") == "array"


def _resolved(schema: Schema, root: Schema) -> Schema:
    for _ in range(8):
        if not isinstance(schema, dict) or set(schema) - {"$ref", "$defs"} or "$ref" not in schema:
            return schema
        defs: Json = root.get("$defs", {}) if isinstance(root, dict) else {}
        schema = defs.get(str(schema["$ref"]).removeprefix("#/$defs/"), True)
    return schema


def _with_defs(schema: Schema, root: Schema) -> Schema:
    if isinstance(schema, dict) and isinstance(root, dict) and "$defs" in root and _refers(schema):
        return {**schema, "$defs": root["$defs"]}
    return schema


def _refers(value: Json) -> bool:
    if isinstance(value, dict):
        return "$ref" in value or any(_refers(part) for part in value.values())
    return isinstance(value, list) and any(_refers(part) for part in value)
