"""Types of all sorts, each with instances, as `test_types_judged` holds them against pydantic."""

import dataclasses
import enum
import functools
import ipaddress
import pathlib
import re
import uuid
import zoneinfo
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Generic, Literal, NamedTuple, NotRequired, TypedDict, TypeVar

import annotated_types as at
from pydantic import (
    UUID4,
    AfterValidator,
    AliasChoices,
    AliasPath,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ByteSize,
    ConfigDict,
    Discriminator,
    Field,
    HttpUrl,
    Json,
    JsonValue,
    PastDatetime,
    PlainSerializer,
    PlainValidator,
    PrivateAttr,
    RootModel,
    SecretStr,
    Strict,
    StringConstraints,
    Tag,
    WithJsonSchema,
    WrapValidator,
    computed_field,
    field_serializer,
    field_validator,
    model_validator,
)
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic.json_schema import SkipJsonSchema

T = TypeVar("T")
UTC = timezone(timedelta(0))


class Letter(enum.StrEnum):
    a = "a"
    b = "b"


class Mixed(enum.Enum):
    a = "a"
    one = 1
    none = None


class Number(enum.IntEnum):
    one = 1
    two = 2


class Pairs(enum.Enum):
    a = (1, 2)


class Days(enum.Enum):
    a = date(2020, 1, 1)


class Lists(enum.Enum):
    a = [1, 2]


class Point(NamedTuple):
    x: int
    y: str = "a"


class Keys(TypedDict):
    x: int
    y: NotRequired[str]


@dataclasses.dataclass
class Plain:
    x: int
    y: list[int] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Started:
    x: int
    y: int = dataclasses.field(default=1, init=False)


@pydantic_dataclass(config=ConfigDict(extra="forbid"))
class Aliased:
    x: int
    y: int = Field(1, alias="why")


class A(BaseModel):
    kind: Literal["a"] = "a"
    x: int = 0


class B(BaseModel):
    kind: Literal["b"] = "b"
    y: int = 0


class AX(BaseModel):
    kind: Literal["a"]
    x: int


class BX(BaseModel):
    kind: Literal["b"]
    x: int
    y: int = 0


class AAlias(BaseModel):
    kind: Literal["a"] = Field("a", alias="Kind")
    x: int


class BAlias(BaseModel):
    kind: Literal["b"] = Field("b", alias="Kind")
    y: int


class Short(BaseModel):
    x: int


class Long(BaseModel):
    x: int
    k: int = 1


def told_apart(value: Any) -> str:
    k = value.get("k") if isinstance(value, dict) else getattr(value, "k", None)
    return "short" if k is None else "long"


class Nesting(BaseModel):
    inner: Annotated[AX | BX, Field(discriminator="kind")]
    outer: Literal["p"] = "p"


class Nested(BaseModel):
    outer: Literal["q"] = "q"
    z: int


class Extra(BaseModel):
    model_config = ConfigDict(extra="allow")
    x: int


class TypedExtra(BaseModel):
    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, int]
    x: int


class Forbidding(BaseModel):
    model_config = ConfigDict(extra="forbid")
    x: int


class Alias(BaseModel):
    x: int = Field(alias="ex")


class Choices(BaseModel):
    x: int = Field(validation_alias=AliasChoices("ex", "x"), serialization_alias="x")


class ByName(BaseModel):
    model_config = ConfigDict(validate_by_name=True)
    x: int = Field(validation_alias="in", serialization_alias="x")


class OnlyByName(BaseModel):
    model_config = ConfigDict(validate_by_name=True, validate_by_alias=False)
    x: int = Field(alias="ex")


class Inside(BaseModel):
    x: int = Field(validation_alias=AliasPath("x", "b"))


class Shouting(BaseModel):
    model_config = ConfigDict(alias_generator=str.upper)
    some_x: int


class Computed(BaseModel):
    x: int

    @computed_field
    def double(self) -> int:
        return self.x * 2


class ComputedForbidding(Computed):
    model_config = ConfigDict(extra="forbid")


class Excluded(BaseModel):
    x: int
    y: int = Field(1, exclude=True)


class LeftOut(BaseModel):
    x: int = Field(0, exclude_if=lambda v: v == 0)


class LeftOutNeeded(BaseModel):
    x: int = Field(exclude_if=lambda v: v == 0)


class Private(BaseModel):
    model_config = ConfigDict(frozen=True)
    x: int
    _p: int = PrivateAttr(1)


class Defaults(BaseModel):
    x: int | None = None
    y: list[int] = []
    z: dict[str, int] = Field(default_factory=dict)


class Strictly(BaseModel):
    model_config = ConfigDict(strict=True)
    d: date
    u: uuid.UUID
    s: set[str]
    t: tuple[str, ...]
    e: Literal["a"]
    m: Decimal
    b: bool


class ShortTexts(BaseModel):
    model_config = ConfigDict(str_min_length=2, str_max_length=3)
    s: str


class Base64(BaseModel):
    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
    b: bytes


class Hex(BaseModel):
    model_config = ConfigDict(ser_json_bytes="hex", val_json_bytes="hex")
    b: bytes = Field(min_length=2, max_length=3)


class AsRead(BaseModel):
    model_config = ConfigDict(json_schema_mode_override="validation")
    x: int = 1


class Lowered(BaseModel):
    model_config = ConfigDict(str_to_lower=True)
    s: str = Field(pattern="^[A-Z]+$")


class FieldChecked(BaseModel):
    x: int

    @field_validator("x")
    @classmethod
    def positive(cls, value: int) -> int:
        if value < 0:
            raise ValueError("negative")
        return value


class ModelChecked(BaseModel):
    x: int

    @model_validator(mode="after")
    def positive(self) -> "ModelChecked":
        if self.x < 0:
            raise ValueError("negative")
        return self


class Written(BaseModel):
    x: int

    @field_serializer("x")
    def text(self, value: int) -> str:
        return str(value)


class WrittenSame(BaseModel):
    x: date

    @field_serializer("x")
    def text(self, value: date) -> Any:
        return value.isoformat()


class Documented(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"x": 1}]}, title="D")
    x: int = Field(description="a number", examples=[1], json_schema_extra={"x-note": 1})


class Overruled(BaseModel):
    model_config = ConfigDict(json_schema_extra={"required": ["zz"]})
    x: int


class Tree(BaseModel):
    v: int
    kids: list["Tree"] = []


class Chain(BaseModel):
    after: "Chain | None" = None


class Ints(RootModel[list[int]]):
    pass


class Box(BaseModel, Generic[T]):
    item: T
    items: list[T] = []


class Skipped(BaseModel):
    x: int | SkipJsonSchema[None] = None


class Money(BaseModel):
    price: Decimal = Field(gt=0, max_digits=6, decimal_places=2)


def _set_of(items: Any, least: int) -> Any:
    return Annotated[frozenset[items], at.Len(least)]


_FUNCTION = Annotated[
    Annotated[Short, Tag("short")] | Annotated[Long, Tag("long")], Discriminator(told_apart)
]

FAITHFUL: dict[str, tuple[Any, list[Any]]] = {
    "int": (int, [1, 10**30]),
    "float": (float, [1.0, 1e300]),
    "bool": (bool, [True]),
    "str": (str, ["a", "😀"]),
    "None": (None, [None]),
    "bounded int": (Annotated[int, Field(ge=1, le=5, multiple_of=2)], [2]),
    "bounded float": (Annotated[float, Field(gt=0, lt=1)], [0.5]),
    "tenths": (Annotated[float, Field(multiple_of=0.5)], [1.5]),
    "interval": (Annotated[int, at.Interval(gt=0, lt=5)], [1]),
    "Decimal": (Decimal, [Decimal("1.5"), Decimal("1E+5"), Decimal("-0"), Decimal("-1.5E-30")]),
    "strict Decimal": (Annotated[Decimal, Strict()], [Decimal("1.5")]),
    "datetime": (
        datetime,
        [
            datetime(2020, 1, 1),
            datetime(2020, 1, 1, tzinfo=UTC),
            datetime(1, 1, 1, 1, 1, 1, 5, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        ],
    ),
    "aware": (AwareDatetime, [datetime(2020, 1, 1, tzinfo=UTC)]),
    "date": (date, [date(2020, 2, 29), date(1, 1, 1)]),
    "time": (time, [time(1, 2, 3), time(1, 2, 3, 4), time(1, tzinfo=UTC)]),
    "timedelta": (
        timedelta,
        [timedelta(1), timedelta(-1), timedelta(0), timedelta(microseconds=1), timedelta(400, 5)],
    ),
    "UUID": (uuid.UUID, [uuid.UUID(int=5)]),
    "UUID4": (UUID4, [uuid.UUID("00000000-0000-4000-8000-000000000000")]),
    "IPv4": (ipaddress.IPv4Address, [ipaddress.IPv4Address("1.2.3.4")]),
    "IPv6": (ipaddress.IPv6Address, [ipaddress.IPv6Address("::ffff:1.2.3.4")]),
    "Path": (pathlib.Path, [pathlib.Path("/a")]),
    "JsonValue": (JsonValue, [{"a": [1, None]}]),
    "text enum": (Letter, list(Letter)),
    "mixed enum": (Mixed, list(Mixed)),
    "enum of lists": (Lists, list(Lists)),
    "int enum": (Number, list(Number)),
    "literal": (Literal["a", 1, True] | None, ["a", 1, True, None]),
    "literal of an enum": (Literal[Letter.a], [Letter.a]),
    "list": (Annotated[list[int], at.Len(1, 2)], [[1]]),
    "sequence": (Annotated[Sequence[int], at.Len(1, 3)], [[1], (1, 2)]),
    "set": (_set_of(int, 2), [frozenset({1, 2})]),
    "set of floats": (set[float], [{1.0, 2.5}]),
    "deque": (Annotated[deque[int], at.Len(0, 2)], [deque([1])]),
    "tuple": (tuple[int, str], [(1, "a")]),
    "long tuple": (tuple[int, ...], [(1, 2), ()]),
    "no items": (tuple[()], [()]),
    "named tuple": (Point, [Point(1), Point(1, "b")]),
    "typed dict": (Keys, [{"x": 1}, {"x": 1, "y": "a"}]),
    "dataclass": (Plain, [Plain(1)]),
    "pydantic dataclass": (Aliased, [Aliased(x=1, why=2)]),
    "int keys": (dict[int, int], [{1: 1, -5: 2}]),
    "float keys": (dict[float, int], [{1.5: 1, 1e20: 2, 1e-7: 3}]),
    "bool keys": (dict[bool, int], [{True: 1}]),
    "keys of a pattern": (
        dict[Annotated[str, Field(pattern="^a", min_length=2)], int],
        [{"ab": 1}],
    ),
    "long keys": (dict[Annotated[str, Field(min_length=2)], int], [{"ab": 1}]),
    "date keys": (dict[date, int], [{date(2020, 1, 1): 1}]),
    "UUID keys": (dict[uuid.UUID, int], [{uuid.UUID(int=5): 1}]),
    "enum keys": (dict[Letter, int], [{Letter.a: 1}]),
    "literal keys": (dict[Literal["a", "b"], int], [{"a": 1}]),
    "Counter": (Counter[str], [Counter("a")]),
    "defaultdict": (defaultdict[str, list[int]], [defaultdict(list, {"a": [1]})]),
    "OrderedDict": (OrderedDict[str, int], [OrderedDict(a=1)]),
    "Mapping": (Annotated[Mapping[str, int], at.Len(1)], [{"a": 1}]),
    "int or text": (int | str, [1, "a", "1"]),
    "int or float": (int | float, [1, 1.5]),
    "bool or int": (bool | int, [True, 1]),
    "maybe a date": (date | None, [None, date(2020, 1, 1)]),
    "short text": (Annotated[str, Field(min_length=1, max_length=3)], ["a"]),
    "digits": (Annotated[str, Field(pattern=r"^\d+$")], ["1"]),
    "tags with defaults": (Annotated[A | B, Field(discriminator="kind")], [A(), B(y=2)]),
    "tags": (Annotated[AX | BX, Field(discriminator="kind")], [AX(kind="a", x=1)]),
    "tags with an alias": (Annotated[AAlias | BAlias, Field(discriminator="kind")], [AAlias(Kind="a", x=1)]),
    "tags in tags": (
        Annotated[Nesting | Nested, Field(discriminator="outer")],
        [Nesting(inner=AX(kind="a", x=1)), Nested(z=1)],
    ),
    "tags in a list": (list[Annotated[A | B, Field(discriminator="kind")]], [[A(), B()]]),
    "extra fields": (Extra, [Extra.model_validate({"x": 1, "z": "a"})]),
    "extra fields of a type": (TypedExtra, [TypedExtra.model_validate({"x": 1, "z": 2})]),
    "no extra fields": (Forbidding, [Forbidding(x=1)]),
    "alias": (Alias, [Alias(ex=1)]),
    "alias choices": (Choices, [Choices.model_validate({"ex": 1})]),
    "read by name too": (ByName, [ByName.model_validate({"x": 1})]),
    "alias generator": (Shouting, [Shouting.model_validate({"SOME_X": 1})]),
    "computed": (Computed, [Computed(x=1)]),
    "left out of what is written": (LeftOut, [LeftOut(x=0), LeftOut(x=1)]),
    "private and frozen": (Private, [Private(x=1)]),
    "defaults": (Defaults, [Defaults(), Defaults(x=1)]),
    "strict": (
        Strictly,
        [
            Strictly(
                d=date(2020, 1, 1),
                u=uuid.UUID(int=5),
                s={"a"},
                t=("a",),
                e="a",
                m=Decimal(1),
                b=True,
            )
        ],
    ),
    "texts of a length": (ShortTexts, [ShortTexts(s="ab")]),
    "base64": (Base64, [Base64(b=b"\xff"), Base64(b=b"\xff\xfe"), Base64(b=b"")]),
    "hex": (Hex, [Hex(b=b"\xff\xfe")]),
    "one mode for both": (AsRead, [AsRead()]),
    "written the same": (WrittenSame, [WrittenSame(x=date(2020, 1, 1))]),
    "documented": (Documented, [Documented(x=1)]),
    "tree": (Tree, [Tree(v=1, kids=[Tree(v=2)])]),
    "chain": (Chain, [Chain(after=Chain())]),
    "root model": (Ints, [Ints([1])]),
    "generic": (Box[int], [Box[int](item=1)]),
    "skipped in its documentation": (Skipped, [Skipped(), Skipped(x=1)]),
    "by a function": (_FUNCTION, [Short(x=1), Long(x=1), Long(x=1, k=2)]),
    "written as text": (Written, [Written(x=1)]),
    "flags": (Annotated[str, Field(pattern=re.compile("^abc$", re.IGNORECASE))], ["ABC"]),
    "money": (Money, [Money(price=Decimal("1.50"))]),
    "URL": (HttpUrl, [HttpUrl("http://a.com")]),
    "size": (ByteSize, [ByteSize(5)]),
    "network": (ipaddress.IPv4Network, [ipaddress.IPv4Network("10.0.0.0/8")]),
    "zone": (zoneinfo.ZoneInfo, [zoneinfo.ZoneInfo("UTC")]),
    "expression": (re.Pattern[str], [re.compile("a")]),
    "fraction": (Fraction, [Fraction(1, 3)]),
}
SURPRISING = {
    *("by a function", "written as text", "flags", "money", "URL", "size", "network", "zone"),
    *("expression", "fraction"),
}

DEMANDING: dict[str, tuple[Any, str]] = {
    "set of dates and times": (
        _set_of(datetime, 2),
        "counts items that are equal once they are read",
    ),
    "set of Decimals": (_set_of(Decimal, 2), "counts items"),
    "bounded keys": (dict[Annotated[int, Field(ge=0)], int], "bounds on its keys"),
    "counted keys": (Annotated[dict[int, int], at.Len(2)], "counts keys"),
    "predicate": (Annotated[int, at.Predicate(lambda v: v % 2 == 0)], "checked by `a predicate`"),
    "not": (Annotated[int, at.Not(lambda v: v == 2)], "checked by `a predicate`"),
    "a class as validator": (Annotated[str, AfterValidator(int)], "checked by `int`"),
    "a plain validator": (Annotated[int, PlainValidator(int)], "checked by `int`"),
    "a part of a function": (
        Annotated[int, AfterValidator(functools.partial(max, 3))],
        "checked by `max(3)`",
    ),
    "before": (Annotated[str, BeforeValidator(str.strip)], "checked by `strip`"),
    "around": (Annotated[int, WrapValidator(lambda v, h: h(v))], "checked by `<lambda>`"),
    "field": (FieldChecked, "`FieldChecked.x` is checked by `positive`"),
    "model": (ModelChecked, "`ModelChecked` is checked by `positive`"),
    "stripped": (
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)],
        "after blanks were stripped",
    ),
    "past": (PastDatetime, "must be in the past"),
    "text in order": (Annotated[str, at.Ge("b")], "greater_than_or_equal_validator(ge='b')"),
    "schema by hand": (Annotated[int, WithJsonSchema({"type": "integer"})], "written by hand"),
    "extra by hand": (Annotated[int, Field(json_schema_extra={"minimum": 3})], "written by hand"),
    "model by hand": (Overruled, "`Overruled` has a JSON schema written by hand"),
    "flags": (FAITHFUL["flags"][0], "must match /^abc$/ (IGNORECASE)"),
    "written as text": (Written, "`Written.x` is read back from what `text` writes"),
    "by a function": (_FUNCTION, "told apart by `told_apart`"),
    "network": (ipaddress.IPv4Network, "ip_v4_network_validator"),
}

UNFAITHFUL: dict[str, tuple[Any, str]] = {
    "enum of tuples": (Pairs, "is written as \\[1, 2\\], which is not read back"),
    "enum of dates": (Days, 'is written as "2020-01-01", which is not read back'),
    "path that starts at its own name": (Inside, "read as a path inside another key"),
    "read by name, written by alias": (OnlyByName, "written as `ex` but read as `x`"),
    "left out and needed": (LeftOutNeeded, "may be left out when it is written"),
    "excluded": (Excluded, "excluded when it is written"),
    "computed and forbidden": (ComputedForbidding, "computed fields `double`"),
    "not in the constructor": (Started, "not both written and read"),
    "case changed after the check": (Lowered, "which is not read back as it was"),
    "written as a number": (
        Annotated[date, PlainSerializer(lambda d: d.toordinal(), return_type=int)],
        "not read back as it was",
    ),
    "a secret": (SecretStr, "masked"),
    "JSON in JSON": (Json[int], "read from a string but written as a value"),
    "raw bytes": (bytes, "not UTF-8"),
}
