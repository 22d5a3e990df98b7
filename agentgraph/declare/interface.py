"""A signature as contract: which state fields are read, which are written."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from types import NoneType
from typing import Any

from agentgraph.contracts.types import Fields, FieldType, contract_of, fields_of, union_fields
from agentgraph.declare.body import MISSING, Parameter, Signature, union_members
from agentgraph.declare.json_values import json_value
from agentgraph.declare.labels import labels_of
from agentgraph.errors import DeclarationError, Problem, ProblemsError
from agentgraph.model.agent import Read, Write
from agentgraph.model.contract import Contract

NOTHING = Contract("None", {"type": "null"}, {"type": "null"})


def reads_of(
    where: str, signature: Signature, renames: Mapping[str, str]
) -> tuple[tuple[Read, ...], list[Problem]]:
    """The fields that the parameters take. `renames` maps a parameter or attribute to its field."""
    reads: list[Read] = []
    problems: list[Problem] = []
    for parameter in signature.parameters:
        if parameter.annotation is MISSING:  # told of already
            continue
        try:
            reads += (
                _view_reads(parameter, renames) if parameter.view else [_read(parameter, renames)]
            )
        except ProblemsError as error:
            problems += located(error, f"{where}.{parameter.name}")
    taken = {read.attribute or read.parameter for read in reads}
    problems += [
        unknown_name(name, taken, f"{where} reads=") for name in renames if name not in taken
    ]
    return tuple(reads), problems


def writes_of(
    where: str, returns: Any, writes: str | Mapping[str, str] | None
) -> tuple[tuple[Write, ...], Contract, list[Problem]]:
    """The fields that the result goes to, and the contract of the result as a whole."""
    try:
        if returns in (None, NoneType):
            problem = Problem(
                "it returns None, so there is nothing to write",
                where=where,
                help="drop writes=, or return a value",
            )
            return (), NOTHING, [problem] if writes else []
        output = contract_of(returns)
        if isinstance(writes, str):
            return (Write(field=writes, contract=output, labels=labels_of(returns)),), output, []
        return _split_writes(where, returns, writes or {}, output)
    except ProblemsError as error:
        return (), NOTHING, located(error, f"{where} -> return")


def _split_writes(
    where: str, returns: Any, renames: Mapping[str, str], output: Contract
) -> tuple[tuple[Write, ...], Contract, list[Problem]]:
    parts = _parts(where, returns)
    names = {part.name for part in parts}
    problems = [
        unknown_name(name, names, f"{where} writes=") for name in renames if name not in names
    ]
    targets = [renames.get(part.name, part.name) for part in parts]
    problems += [
        Problem(f"two fields of its result go to {name!r}", where=f"{where} writes=")
        for name in dict.fromkeys(targets)
        if targets.count(name) > 1
    ]
    written = tuple(
        Write(
            field=renames.get(part.name, part.name),
            contract=part.contract,
            key=part.name,
            always=part.always,
            labels=labels_of(part.annotation),
        )
        for part in parts
    )
    return written, output, problems


def _parts(where: str, returns: Any) -> tuple[FieldType, ...]:
    members = union_members(returns)
    fields = split(returns) if len(members) == 1 else union_fields(returns)
    if fields is None:
        raise DeclarationError(
            [
                Problem(
                    "its result is not an object with fields, so it must say where it goes",
                    help=f'name the state field: @agent(writes="{where}"), or return a model or TypedDict',
                )
            ]
        )
    return fields.fields


def has_fields(returns: Any) -> bool:
    """Whether a result is an object whose fields can be written one by one, or there is none at all.

    True where that cannot be told: the agent's spec then says what is wrong.
    """
    if returns in (None, NoneType, MISSING):
        return True
    try:
        return (
            split(returns) if len(union_members(returns)) == 1 else union_fields(returns)
        ) is not None
    except (ProblemsError, NameError):
        return True


def _read(parameter: Parameter, renames: Mapping[str, str]) -> Read:
    has_default, default = _default(parameter.default)
    return Read(
        field=renames.get(parameter.name, parameter.name),
        parameter=parameter.name,
        contract=contract_of(parameter.annotation),
        required=parameter.default is MISSING,
        has_default=has_default,
        default=default,
    )


def _view_reads(parameter: Parameter, renames: Mapping[str, str]) -> list[Read]:
    fields = split(parameter.view)
    if fields is None:
        raise DeclarationError(
            [
                Problem(
                    "Fields[...] takes a model, TypedDict or dataclass, whose fields are state fields"
                )
            ]
        )
    return [
        Read(
            field=renames.get(part.name, part.name),
            parameter=parameter.name,
            attribute=part.name,
            contract=part.contract,
            required=part.required and parameter.default is MISSING,
        )
        for part in fields.fields
    ]


def split(annotation: Any) -> Fields | None:
    """The fields of a model, TypedDict or dataclass; None of any other type. ProblemsError: why it can't be read."""
    try:
        return fields_of(annotation)
    except NameError as error:
        help_ = "define what it names at the top of a module, and import it at run time"
        problem = Problem(f"its annotations cannot be read: {error}", help=help_)
        raise DeclarationError([problem]) from None


def _default(value: Any) -> tuple[bool, Any]:
    """Whether a parameter's default has a JSON form, and that form."""
    if value is MISSING:
        return False, None
    try:
        return True, json_value(value)
    except DeclarationError:
        return False, None


def located(error: ProblemsError, where: str) -> list[Problem]:
    """The problems of an error that did not know where it happened."""
    return [
        Problem(
            p.message, where=f"{where} {p.where}".strip(), file=p.file, line=p.line, help=p.help
        )
        for p in error.problems
    ]


def unknown_name(name: str, known: Any, where: str) -> Problem:
    """The problem of a name that is none of `known`, with the nearest one."""
    close = difflib.get_close_matches(name, list(known), n=1)
    hint = f"did you mean {close[0]!r}?" if close else "known are " + ", ".join(sorted(known))
    return Problem(f"there is no {name!r}", where=where, help=hint)
