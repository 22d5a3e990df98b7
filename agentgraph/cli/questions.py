"""What a waiting run asks a person, and how to answer."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agentgraph.cli.streams import say
from agentgraph.model.contract import Json

if TYPE_CHECKING:
    from agentgraph.run.result import Question


_LINE = 88
_PLAIN = {"type", "title", "description", "default"}
_EXAMPLES = {"string": '"text"', "integer": "1", "number": "1.5"}


def tell_questions(questions: Sequence[Question], going_on: Sequence[str]) -> None:
    """All questions, and the command that answers them, on stderr. `going_on` is the command without an answer."""
    for question in questions:
        for line in _lines(question):
            say(line)
    answer = "ANSWER" if len(questions) == 1 else '{"agent": ANSWER, ...}'
    say(f"answer with: {shlex.join(going_on)} --resume {shlex.quote(answer)}")


def _lines(question: Question) -> list[str]:
    asks = question.asks or "an answer, please"
    lines = [f"{question.agent} asks: {asks}" if question.agent else asks]
    lines += [f"    {name}: {_shown(value)}" for name, value in question.shown.items()]
    lines += [f"    the last answer was refused: {problem}" for problem in question.problems]
    return [*lines, f"    ANSWER is JSON: {answer_text(question.answer)}"]


def answer_text(schema: Json) -> str:
    """What may be answered, in a few words; the schema itself where words are not enough."""
    if not isinstance(schema, dict):
        return "any value"
    if "enum" in schema:
        return " | ".join(map(_text, schema["enum"]))
    if "const" in schema:
        return _text(schema["const"])
    match schema.get("type"):
        case "boolean":
            return "true | false"
        case "string" | "integer" | "number" as kind if set(schema) <= _PLAIN:
            return _EXAMPLES[kind]
        case "object" if schema.get("properties"):
            needed = schema.get("required", ())
            parts = [
                f"{_text(name)}{'' if name in needed else '?'}: {answer_text(part)}"
                for name, part in schema["properties"].items()
            ]
            return "{" + ", ".join(parts) + "}"
    return _text(schema)


def _shown(value: Json) -> str:
    """A value on one line, or below its name where that would be long."""
    text = _text(value)
    if len(text) <= _LINE:
        return text
    return json.dumps(value, ensure_ascii=False, indent=2).replace("\n", "\n    ")


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
