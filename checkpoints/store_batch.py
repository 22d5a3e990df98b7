"""A batch of store operations: checked, read side by side, then written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from langgraph.store.base import (
    GetOp,
    InvalidNamespaceError,
    ListNamespacesOp,
    Op,
    PutOp,
    Result,
    SearchOp,
    validate_op_namespace,
)

from checkpoints.calls import Trip
from checkpoints.errors import NotStorableError
from checkpoints.filters import check_filter
from checkpoints.store_calls import Shelf, together
from checkpoints.store_errors import NoVectorsError, QueryError
from checkpoints.store_listing import check_conditions, list_namespaces
from checkpoints.store_reading import get_items, search
from checkpoints.store_writing import jobs_of, put_items


def batch(shelf: Shelf, ops: Iterable[Op]) -> Trip[list[Result]]:
    """The results in the order of the operations, as LangGraph's InMemoryStore has them.

    All reads see what was there before the batch; then the last put of each item is carried out.
    What is wrong with any operation is raised before the first is sent.
    """
    checked = [_checked(op) for op in ops]
    jobs = jobs_of(shelf, [op for op in checked if isinstance(op, PutOp)])
    results = yield from _read(shelf, checked)
    if jobs:
        yield from put_items(shelf, jobs)
    return results


def _read(shelf: Shelf, ops: Sequence[Op]) -> Trip[list[Result]]:
    """The results of what reads, side by side; None for what writes."""
    results: list[Result] = [None] * len(ops)

    def gets(numbers: Sequence[int]) -> Trip[None]:
        found = yield from get_items(shelf, [op for op in ops if isinstance(op, GetOp)])
        for number, item in zip(numbers, found, strict=True):
            results[number] = item

    def one(number: int, trip: Trip[Any]) -> Trip[None]:
        results[number] = yield from trip

    reads = [number for number, op in enumerate(ops) if isinstance(op, GetOp)]
    trips = [gets(reads)] if reads else []
    for number, op in enumerate(ops):
        if isinstance(op, SearchOp):
            trips.append(one(number, search(shelf, op)))
        elif isinstance(op, ListNamespacesOp):
            trips.append(one(number, list_namespaces(shelf, op)))
    yield from together(trips)
    return results


def _checked(op: Op) -> Op:
    """The operation with a namespace and a key of the right types, or what is wrong with it.

    `batch` may be called past the checks of `get`, `put` and the others.
    """
    if not isinstance(op, GetOp | PutOp | SearchOp | ListNamespacesOp):
        raise ValueError(f"Unknown operation type: {type(op)}")  # noqa: TRY004  # as InMemoryStore
    validate_op_namespace(op)
    if isinstance(op, GetOp | PutOp):
        return _checked_item(op)
    _check_bounds(op)
    if isinstance(op, SearchOp):
        if op.query:
            raise NoVectorsError("query")
        check_filter(op.filter or {})
        return op._replace(namespace_prefix=_encodable(op.namespace_prefix))
    check_conditions(op.match_conditions or ())
    for condition in op.match_conditions or ():
        _encodable(condition.path)
    return op


def _checked_item(op: GetOp | PutOp) -> GetOp | PutOp:
    key = str(op.key)
    if not _has_utf8(key):
        raise NotStorableError(key, "str", "the key has no UTF-8 form")
    if isinstance(op, PutOp) and op.value is not None and op.index:
        raise NoVectorsError("index")
    return op._replace(namespace=_encodable(op.namespace), key=key)


def _check_bounds(op: SearchOp | ListNamespacesOp) -> None:
    bounds = {"limit": op.limit, "offset": op.offset}
    if isinstance(op, ListNamespacesOp):
        bounds["max_depth"] = op.max_depth or 0
    for part, bound in bounds.items():
        if bound < 0:
            raise QueryError(part, f"{bound} is less than 0")


def _encodable(namespace: Iterable[str]) -> tuple[str, ...]:
    for label in namespace:
        if not _has_utf8(label):
            raise InvalidNamespaceError(f"the label {label!r} has no UTF-8 form")
    return tuple(namespace)


def _has_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
