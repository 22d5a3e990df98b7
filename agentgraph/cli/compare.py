"""`agentgraph compare`: does everything that A can produce fit what B accepts? No graph is needed."""

from __future__ import annotations

import difflib
import json
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agentgraph.cli.options import Debug
from agentgraph.cli.outcome import FAILED, OK, UNUSABLE, reporting
from agentgraph.cli.streams import tell
from agentgraph.errors import Problem, ProblemsError, SchemaError, SettingsError, TargetError
from agentgraph.model.contract import Json, Schema

if TYPE_CHECKING:
    from agentgraph.contracts.relation import Verdict

_SIDE_HELP = "A JSON Schema file, - (stdin), file.py:Type or package.module:Type."


class VerdictFormat(StrEnum):
    text = "text"
    json = "json"


@reporting
def compare(
    produced: Annotated[str, typer.Argument(metavar="A", help=_SIDE_HELP)],
    accepted: Annotated[str, typer.Argument(metavar="B", help=_SIDE_HELP)],
    format_: Annotated[VerdictFormat, typer.Option("--format", help="How to report.")] = (
        VerdictFormat.text
    ),
    fuel: Annotated[
        int | None, typer.Option("--fuel", min=1, help="How hard to look; the same everywhere.")
    ] = None,
    debug: Debug = False,
) -> int:
    """Say whether every value that A can produce is accepted by B, or show one that is not.

    Exit code 0: all fit. 1: one does not, and is shown. 2: it could not be told.
    """
    del debug  # read by @reporting
    from agentgraph.contracts.relation import DEFAULT_FUEL
    from agentgraph.contracts.relation import compare as relate

    if produced == accepted == "-":
        raise SettingsError([Problem("only one of A and B can come from stdin")], "usage")
    sides = _sides(produced, accepted)
    verdict = relate(*sides, fuel=fuel or DEFAULT_FUEL)
    if format_ is VerdictFormat.json:
        tell(json.dumps(_as_json(verdict), indent=2, ensure_ascii=False))
    else:
        tell(_as_text(verdict, produced, accepted))
    return {"compatible": OK, "incompatible": FAILED, "undecided": UNUSABLE}[verdict.status]


def _sides(*texts: str) -> list[Any]:
    """Both sides; what is wrong with either is told together."""
    sides: list[Any] = []
    problems: list[Problem] = []
    for text in texts:
        try:
            sides.append(_side(text))
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise TargetError(problems, "cannot compare")
    return sides


def _side(text: str) -> Any:
    if "://" in text:
        raise TargetError([Problem("nothing is fetched", text, help="save it as a file first")])
    place, colon, name = text.rpartition(":")
    if colon and (place.endswith(".py") or not Path(text).exists()):
        return _type(text, place, name)
    return _schema_file(text)


def _schema_file(text: str) -> Json:
    try:
        read = sys.stdin.read() if text == "-" else Path(text).read_text(encoding="utf-8-sig")
        schema = json.loads(read)
    except OSError as error:
        problem = Problem(f"cannot be read: {error.strerror}", text or "''", help=_file_help(text))
        raise TargetError([problem]) from None
    except UnicodeDecodeError:
        raise TargetError([Problem("it is not UTF-8 text", text)]) from None
    except json.JSONDecodeError as error:
        problem = Problem(f"not JSON: {error.msg}", "", text, error.lineno, _file_help(text))
        raise TargetError([problem]) from None
    except RecursionError:
        raise TargetError([Problem("it is nested too deeply", text)]) from None
    if not isinstance(schema, dict | bool):
        raise SchemaError([Problem("a schema is an object, true or false", text)])
    return _usable(schema, text)


def _file_help(text: str) -> str:
    if text.endswith(".py"):
        return "write file.py:Type for a type"
    if all(part.isidentifier() for part in text.split(".")):
        return f"write {text}:Type for a type of that module"
    return ""


def _usable(schema: Schema, text: str) -> Schema:
    """The schema, if it is one; else the error says in which file it is not."""
    from agentgraph.contracts.validate import validator

    try:
        validator(schema)
    except SchemaError as error:
        raise SchemaError(
            [replace(p, where=f"{text} {p.where}".strip()) for p in error.problems]
        ) from error
    return schema


def _type(text: str, place: str, name: str) -> Any:
    if not place or not all(part.isidentifier() for part in name.split(".")):
        help_ = "write file.py:Type or package.module:Type"
        raise TargetError([Problem("it names no type", text, help=help_)])
    if not place or not all(part.isidentifier() for part in name.split(".")):
        help_ = "write file.py:Type or package.module:Type"
        raise TargetError([Problem("it names no type", text, help=help_)])
    from agentgraph.cli.modules import Importer
    from agentgraph.cli.targets import parse_target

    [target] = parse_target(f"{place}:{name}")
    found = _named(Importer().load(target), name, text)
    from agentgraph.contracts.types import contract_of

    try:
        return contract_of(found)
    except ProblemsError as error:
        problems = [
            Problem(p.message, f"{text} {p.where}".strip(), help=p.help) for p in error.problems
        ]
        raise TargetError(problems) from error


def _named(module: Any, name: str, text: str) -> Any:
    found = module
    for part in name.split("."):
        if not hasattr(found, part):
            near = difflib.get_close_matches(part, [one for one in vars(found) if one[0] != "_"], 1)
            help_ = f"did you mean {near[0]!r}?" if near else ""
            raise TargetError([Problem(f"there is no {part!r} in it", text, help=help_)])
        found = getattr(found, part)
    return found


def _as_text(verdict: Verdict, produced: str, accepted: str) -> str:
    if verdict.status == "undecided":
        return f"cannot tell whether {produced} fits {accepted}: {verdict.why_undecided}"
    if verdict.status == "compatible":
        lines = [f"compatible: all that {produced} can produce, {accepted} accepts"]
        return "\n".join(
            lines + [f"  but beyond its schema it demands: {one}" for one in verdict.qualified]
        )
    lines = [f"incompatible: {produced} can produce what {accepted} does not accept"]
    lines += [f"  {reason.path}: {reason.sentence}" for reason in verdict.reasons]
    return "\n".join([*lines, f"  for example: {json.dumps(verdict.witness, ensure_ascii=False)}"])


def _as_json(verdict: Verdict) -> Json:
    return {
        "status": verdict.status,
        **({"witness": verdict.witness} if verdict.has_witness else {}),
        "reasons": [
            {
                "path": reason.path,
                "produced_path": reason.produced_path,
                "accepted_path": reason.accepted_path,
                "sentence": reason.sentence,
            }
            for reason in verdict.reasons
        ],
        "why_undecided": verdict.why_undecided,
        "qualified": list(verdict.qualified),
    }
