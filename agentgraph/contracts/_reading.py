"""A Python type as JSON Schema, in the produced and in the accepted reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import (
    GenerateJsonSchema,
    JsonSchemaMode,
    JsonSchemaValue,
    SkipJsonSchema,
)
from pydantic_core import core_schema

from agentgraph.contracts import _temporal
from agentgraph.contracts._unsaid import rewritten_as, unshown_pattern

_UUIDS = tuple(f"uuid{version}" for version in range(1, 9))
_SKIPPED: Any = SkipJsonSchema  # an Annotated form to type checkers, a class at run time
_BASE64 = "^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]==|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048]=)?$"
_PLAIN_KEYS: dict[str, JsonSchemaValue] = {
    "int": {"pattern": "^-?(?:0|[1-9][0-9]*)$"},
    "float": {"pattern": "^-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:e[+-]?[0-9]+)?$"},
    "bool": {"enum": ["true", "false"]},
}


_HANDLERS: dict[type, dict[Any, str]] = {}
"""The method of each kind of core schema, by the class that reads it."""


class Reading(GenerateJsonSchema):
    """Pydantic's JSON Schema, corrected where it says more or less than what crosses the wire.

    Mode "serialization" is the produced reading: closed, defaults always present.
    Mode "validation" is the accepted one.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.ignored_warning_kinds = {"non-serializable-default", "skipped-choice"}

    def generate(
        self, schema: core_schema.CoreSchema, mode: JsonSchemaMode = "validation"
    ) -> JsonSchemaValue:
        return _as_dict(_known_formats(super().generate(schema, mode)))

    def build_schema_type_to_method(self) -> dict[Any, Any]:
        # Pydantic works them out for every schema anew: that took a tenth of reading a type.
        names = _HANDLERS.get(type(self))
        if names is None:
            made = super().build_schema_type_to_method()
            names = _HANDLERS[type(self)] = {kind: one.__name__ for kind, one in made.items()}
        return {kind: getattr(self, name) for kind, name in names.items()}

    @property
    def mode(self) -> JsonSchemaMode:
        # Whatever a model's config would have it be.
        return self._mode

    def generate_inner(self, schema: Any) -> JsonSchemaValue:
        # What is skipped in a documentation crosses the wire all the same.
        return super().generate_inner(_unskipped(schema))

    def ser_schema(self, schema: Any) -> JsonSchemaValue | None:
        # A serializer that says it writes anything says as much as one that says nothing.
        if schema.get("return_schema", {}).get("type") == "any":
            return None
        return super().ser_schema(schema)

    @property
    def _produced(self) -> bool:
        return self.mode == "serialization"

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:  # noqa: ARG002
        # Fields stay in the order in which they were declared, everywhere.
        return value

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,
    ) -> bool:
        if not self._produced:
            return super().field_is_required(field, total)
        if field.get("serialization_exclude_if") is not None:
            return False
        # A default is written like any other value; a TypedDict's optional key may be absent.
        return field["type"] != "typed-dict-field" or field.get("required", total)

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        # A title made up from the name tells nobody anything.
        return False

    def typed_dict_schema(self, schema: core_schema.TypedDictSchema) -> JsonSchemaValue:
        return self._closed(super().typed_dict_schema(schema))

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        return made if schema.get("root_model") else self._closed(made)

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        return self._closed(super().dataclass_schema(schema))

    def _closed(self, made: JsonSchemaValue) -> JsonSchemaValue:
        if self._produced and made.get("type") == "object":
            made.setdefault("additionalProperties", False)
        return made

    def _get_alias_name(self, field: Any, name: str) -> str:
        # What is written under an alias is read under it: where several names are read,
        # the contract names the one that is written.
        written = field.get("serialization_alias", field.get("alias", name))
        if self._produced or written in names_read(field, name, self._config.config_dict):
            return str(written)
        return super()._get_alias_name(field, name)

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        made = super().tagged_union_schema(schema)
        tag = schema["discriminator"]
        if callable(tag):
            # Members that nothing in the value tells apart may both fit; the function decides.
            made["anyOf"] = made.pop("oneOf")
        elif not self._produced:
            # The tag is asked for even where the member that it names has a default for it.
            names = [tag] if isinstance(tag, str) else [str(path[0]) for path in _paths(tag)]
            written = made.get("discriminator", {}).get("propertyName", names[0])
            made["required"] = [written]
            if before := names[: names.index(written)]:
                # Looked for first; what is found there is no tag of a member.
                made["properties"] = dict.fromkeys(before, False)
        return made

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        made = super().str_schema(schema)
        if unshown_pattern(schema):
            del made["pattern"]
        return made

    def bytes_schema(self, schema: core_schema.BytesSchema) -> JsonSchemaValue:
        encoding = self._config.ser_json_bytes
        if encoding == "base64":
            return {"type": "string", "contentEncoding": "base64url", "pattern": _BASE64}
        if encoding == "hex":
            low, high = schema.get("min_length", 0), schema.get("max_length", "")
            return {
                "type": "string",
                "contentEncoding": "base16",
                "pattern": f"^(?:[0-9a-f]{{2}}){{{low},{high}}}$",
            }
        return super().bytes_schema(schema)

    def datetime_schema(self, schema: core_schema.DatetimeSchema) -> JsonSchemaValue:
        return self._moment(super().datetime_schema(schema), schema.get("tz_constraint"))

    def time_schema(self, schema: core_schema.TimeSchema) -> JsonSchemaValue:
        return self._moment(super().time_schema(schema), schema.get("tz_constraint"))

    def timedelta_schema(self, schema: core_schema.TimedeltaSchema) -> JsonSchemaValue:
        made = super().timedelta_schema(schema)
        if made.get("format") != "duration":
            return made
        return _as_dict(_temporal.duration(produced=self._produced))

    def _moment(self, made: JsonSchemaValue, constraint: Any) -> JsonSchemaValue:
        if made.get("format") not in ("date-time", "time"):
            return made
        known = constraint if constraint in ("aware", "naive") else None
        return _as_dict(_temporal.moment(known, produced=self._produced, format_=made["format"]))

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        made = super().decimal_schema(schema)
        texts = made if self._produced else made["anyOf"][1]
        build = getattr(self, "build_decimal_pattern", None)  # pydantic 2.14 on
        if build is not None and "pattern" not in texts:
            texts["pattern"] = build(schema)
        return made

    def uuid_schema(self, schema: core_schema.UuidSchema) -> JsonSchemaValue:
        made = super().uuid_schema(schema)
        if version := schema.get("version"):
            hexes = "[0-9a-fA-F]"
            made["pattern"] = (
                f"^{hexes}{{8}}-{hexes}{{4}}-{version}{hexes}{{3}}-{hexes}{{4}}-{hexes}{{12}}$"
            )
        return made

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        made = super().dict_schema(schema)
        if "patternProperties" in made:
            made["additionalProperties"] = False
        keys = schema.get("keys_schema")
        if keys is None or keys["type"] in ("any", "str"):
            return made
        if keys["type"] in _PLAIN_KEYS:
            made["propertyNames"] = dict(_PLAIN_KEYS[keys["type"]])
        else:
            # What it would be as a value, of which only the texts can be keys.
            made["propertyNames"] = self.generate_inner(keys)
        return made


class Accepting(Reading):
    """The accepted reading, with what serializers of the user's say that they write."""

    def generate_inner(self, schema: Any) -> JsonSchemaValue:
        made = super().generate_inner(schema)
        written = rewritten_as(schema)
        if written is None:
            return made
        also = self.generate_inner(written)
        return made if also == made else {"anyOf": [made, also]}


def names_read(field: Any, name: str, config: Mapping[str, Any]) -> set[str]:
    """The JSON keys under which a field of a core schema is read."""
    by_name = config.get("validate_by_name") or config.get("populate_by_name")
    found: set[str] = {name} if by_name else set()
    alias = field.get("validation_alias", name)
    if not config.get("validate_by_alias", True):
        return found
    if isinstance(alias, str):
        return found | {alias}
    return found | {p[0] for p in _paths(alias) if len(p) == 1 and isinstance(p[0], str)}


def _paths(alias: list[Any]) -> list[list[Any]]:
    """The ways to a value, of which an alias is one or several."""
    return alias if isinstance(alias[0], list) else [alias]


def _unskipped(schema: Any) -> Any:
    metadata = schema.get("metadata") or {}
    functions = metadata.get("pydantic_js_annotation_functions")
    if not functions:
        return schema
    kept = [f for f in functions if not isinstance(getattr(f, "__self__", None), _SKIPPED)]
    if len(kept) == len(functions):
        return schema
    return {**schema, "metadata": {**metadata, "pydantic_js_annotation_functions": kept}}


def _known_formats(schema: Any) -> Any:
    # `UUID4` says `uuid4`, which no validator knows; its pattern says it already.
    if isinstance(schema, list):
        return [_known_formats(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _known_formats(value) for key, value in schema.items()}
    if schema.get("format") in _UUIDS:
        made["format"] = "uuid"
    elif schema.get("format") == "path" and schema.get("type") == "string":
        del made["format"]  # every text is one
    return made


def _as_dict(schema: Any) -> JsonSchemaValue:
    return dict(schema)
