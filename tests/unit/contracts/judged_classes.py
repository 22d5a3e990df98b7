"""Classes of all sorts, for `types_judged`."""

import dataclasses
import enum
import uuid
from datetime import date, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, NamedTuple, NotRequired, TypedDict, TypeVar

from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    RootModel,
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
    __pydantic_extra__: dict[str, int]  # pyright: ignore[reportIncompatibleVariableOverride]  # as pydantic says to
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
