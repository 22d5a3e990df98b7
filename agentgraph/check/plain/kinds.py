"""Types of an adopted graph's state, as far as rules ask for them."""

from __future__ import annotations

import enum
import operator
from typing import Annotated, Any, Literal, get_args, get_origin

_ADDING = (operator.add, operator.iadd, operator.concat, operator.iconcat)


def all_values(kind: Any) -> list[object] | None:
    """All values of a type that has few; None of any other."""
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    if kind is bool:
        return [True, False]
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return [*kind]
    return None


def adds(reducer: Any) -> bool:
    """Whether a reducer adds what comes to what there is, whatever that is; `lambda old, new: old + new` does."""
    code = getattr(reducer, "__code__", None)
    if code is not None and code.co_argcount == 2:  # the old and the new
        return bool(code.co_code == _sum.__code__.co_code)
    return any(reducer is one for one in _ADDING)


def _sum(old: Any, new: Any) -> Any:
    return old + new


def is_messages(kind: Any) -> bool:
    """Whether a type is a list of LangChain messages."""
    if get_origin(kind) is not list and kind is not list:
        return False
    return any("Message" in str(one) and "langchain" in str(one) for one in get_args(kind))


def refuses(model: Any, field: str, value: object) -> bool:
    """Whether a pydantic model's field certainly does not take a value; validators of the user's own are not asked."""
    from pydantic import TypeAdapter, ValidationError

    one: Any = getattr(model, "model_fields", {}).get(field)
    decorators = getattr(model, "__pydantic_decorators__", None)
    if one is None or _has_validators(decorators):
        return False
    try:
        kind: Any = Annotated[one.annotation, *one.metadata] if one.metadata else one.annotation
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return True
    except Exception:  # noqa: BLE001  # a type that pydantic makes nothing of tells nothing
        return False
    return False


def _has_validators(decorators: Any) -> bool:
    names = ("validators", "field_validators", "root_validators", "model_validators")
    return decorators is None or any(getattr(decorators, name, None) for name in names)
