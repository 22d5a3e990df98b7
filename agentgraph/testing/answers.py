"""What a scripted model can be made to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agentgraph.call.model_call import ANSWER
from agentgraph.errors import AgentgraphError
from agentgraph.model.contract import Json

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage


@dataclass(frozen=True, slots=True)
class Call:
    """The model calls a tool; a list of these: several at once."""

    tool: str
    arguments: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Prose:
    """The model writes this text, though a structured answer was asked for."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An `answer` (anything a script may hold) with what a provider tells beside it.

    `seconds` pass on the clock before it comes. Tokens are None where the provider reports none.
    `reasoning` is what the model says it thought, in a block of its own.
    """

    answer: Any
    input_tokens: int | None = None
    output_tokens: int | None = None
    seconds: float = 0.0
    reasoning: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What a model was asked, as it arrived. `number` counts from 1.

    `tools` are the names of those that it may call, `schema` what a structured answer has to fit:
    None where text is wanted. `answer` is the name of the function that it answers with.
    """

    number: int
    messages: tuple[BaseMessage, ...]
    tools: tuple[str, ...] = ()
    schema: dict[str, Any] | None = None
    answer: str | None = None

    @property
    def text(self) -> str:
        """All messages as text, an empty line between."""
        return "\n\n".join(str(message.text) for message in self.messages)


class ScriptEndedError(AgentgraphError):
    """A scripted model or tool was asked more often than its script has answers. It is not tried again."""

    def __init__(self, name: str, answers: int) -> None:
        self.name, self.answers = name, answers
        super().__init__(name, answers)

    def __str__(self) -> str:
        return (
            f"the script of {self.name} has {self.answers} answers, and it was asked once more\n"
            "    help: add an answer, or give a function of the request"
        )


def as_request(
    number: int, messages: Sequence[BaseMessage], bound: Sequence[Any], answer: str | None
) -> Request:
    """The request of these messages, with the functions that are bound to the model.

    `answer` is the one that it must call. Where it may call several, agents have one named "answer".
    """
    functions = {one["function"]["name"]: one["function"] for one in bound}
    if answer is None and ANSWER in functions:
        answer = ANSWER
    tools = tuple(name for name in functions if name != answer)
    schema = functions[answer]["parameters"] if answer is not None else None
    return Request(number, tuple(messages), tools, schema, answer)
