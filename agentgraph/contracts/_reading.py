"""A Python type as JSON Schema, in the produced and in the accepted reading."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import core_schema

from agentgraph.contracts import _temporal

_UUIDS = tuple(f"uuid{version}" for version in range(1, 9))
_PLAIN_KEYS: dict[str, JsonSchemaValue] = {
    "int": {"pattern": "^-?(?:0|[1-9][0-9]*)$"},
    "float": {"pattern": "^-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:e[+-]?[0-9]+)?$"},
    "bool": {"enum": ["true", "false"]},
}


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
        if self._produced or written in names_read(field, name, self._config.populate_by_name):
            return str(written)
        return super()._get_alias_name(field, name)

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
        keys = schema.get("keys_schema")
        if keys is None or keys["type"] in ("any", "str"):
            return made
        if keys["type"] in _PLAIN_KEYS:
            made["propertyNames"] = dict(_PLAIN_KEYS[keys["type"]])
        else:
            # What it would be as a value, of which only the texts can be keys.
            made["propertyNames"] = self.generate_inner(keys)
        return made


def names_read(field: Any, name: str, by_name: bool | None) -> set[str]:
    """The JSON keys under which a field of a core schema is read."""
    alias = field.get("validation_alias", name)
    if isinstance(alias, str):
        found = {alias}
    else:
        paths = [p if isinstance(p, list) else [p] for p in alias]
        found = {path[0] for path in paths if len(path) == 1 and isinstance(path[0], str)}
    return found | {name} if by_name else found


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
