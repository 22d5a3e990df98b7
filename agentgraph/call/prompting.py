"""What a model is sent: the prompt rendered, the chat history, the shape of the answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from agentgraph.call.prepared import Prepared
from agentgraph.contracts.types import codec
from agentgraph.declare.body import MISSING
from agentgraph.model.contract import Json

_WRAPPED = "value"


def render(agent: Prepared, arguments: Mapping[str, Any]) -> list[Any]:
    """The messages for the model: the prompt with its placeholders filled, and the chat history if one is read.

    Values other than text are shown as JSON.
    """
    from langchain_core.messages import HumanMessage, SystemMessage

    prompt = agent.spec.prompt
    if prompt is None:
        raise TypeError(f"{agent.label} has no prompt")
    shown: dict[str, str] = dict.fromkeys(prompt.variables, "")
    history: list[Any] = []
    for parameter in agent.body.signature.parameters:
        given = arguments.get(parameter.name, parameter.default)
        if given is not MISSING:
            value = codec(parameter.view or parameter.annotation).to_json(given)
            if parameter.name in prompt.variables:
                shown[parameter.name] = (
                    value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                )
            elif _is_history(value):
                history = [_chat_message(message) for message in value]
    rendered = prompt.text.format_map(shown)
    return [SystemMessage(rendered), *history] if history else [HumanMessage(rendered)]


def answer_schema(agent: Prepared) -> dict[str, Any]:
    """The schema of the answer as providers take it: an object, what is none wrapped in one."""
    output = agent.spec.output
    schema = output.accepted if isinstance(output.accepted, dict) else {}
    if not _is_object(agent):
        defs = {"$defs": schema["$defs"]} if "$defs" in schema else {}
        inner = {key: value for key, value in schema.items() if key != "$defs"}
        schema = {
            "type": "object",
            "properties": {_WRAPPED: inner},
            "required": [_WRAPPED],
            "additionalProperties": False,
            **defs,
        }
    name = re.sub(r"[^a-zA-Z0-9_-]", "_", output.name)[:64] or "answer"
    description = schema.get("description") or f"The answer of {agent.spec.name}."
    return {**schema, "title": name, "description": description}


def unwrapped(agent: Prepared, answer: Json) -> Json:
    """The answer itself, taken out of the object that `answer_schema` put it in."""
    if _is_object(agent) or not isinstance(answer, dict) or answer.keys() != {_WRAPPED}:
        return answer
    return answer[_WRAPPED]


def _is_object(agent: Prepared) -> bool:
    accepted = agent.spec.output.accepted
    return isinstance(accepted, dict) and accepted.get("type") == "object"


def _is_history(value: Json) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, dict) and {"role", "content"} <= item.keys() for item in value
    )


def _chat_message(message: Mapping[str, Json]) -> Any:
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    classes = {"system": SystemMessage, "assistant": AIMessage}
    made = classes.get(message["role"], HumanMessage)
    return made(content=message["content"], id=message.get("id"), name=message.get("name"))
