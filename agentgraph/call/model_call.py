"""Asking a model: the prompt rendered, the output contract as structure, violations fed back.

Models are langchain-core chat models; what comes back is held against the contract here,
whatever the provider promised.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from time import perf_counter
from typing import Any

from agentgraph.call.effects import Invoke, Steps
from agentgraph.call.errors import NoModelError
from agentgraph.call.prepared import Prepared
from agentgraph.call.services import Services
from agentgraph.contracts.types import codec
from agentgraph.errors import ContractViolation, Problem
from agentgraph.model.contract import Json
from agentgraph.observe.events import AnswerRefused, ModelAnswered

REPAIRS = 2
"""How often a violation is fed back before the attempt fails."""


def ask_model(
    agent: Prepared, arguments: dict[str, Any], services: Services, role: str, attempt: int
) -> Steps[Json]:
    """The model's answer as JSON that fits the contract. ContractViolation: none of its tries did."""
    del attempt  # each attempt asks afresh
    model = _model(agent, services, role)
    messages = render(agent, arguments)
    text = agent.spec.output.accepted == {"type": "string"}
    runnable = model if text else _structured(model, agent)
    for tries_left in range(REPAIRS, -1, -1):
        started = perf_counter()
        reply = yield _asked(runnable, list(messages), agent.policies.timeout)
        raw = reply if text else reply["raw"]
        _tell(agent, services, role, raw, perf_counter() - started)
        try:
            return _answer(agent, _text(raw) if text else _parsed(reply))
        except ContractViolation as error:
            problems = tuple(str(problem) for problem in error.problems)
            services.tell(AnswerRefused, agent.label, problems=problems)
            if not tries_left:
                raise
            messages = [*messages, *_fed_back(raw, problems)]
    raise AssertionError("unreachable: the last try returns or raises")


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
        if parameter.name in arguments:
            value = codec(parameter.view or parameter.annotation).to_json(arguments[parameter.name])
            if parameter.name in prompt.variables:
                shown[parameter.name] = (
                    value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                )
            elif _is_history(value):
                history = [_chat_message(message) for message in value]
    rendered = prompt.text.format_map(shown)
    return [SystemMessage(rendered), *history] if history else [HumanMessage(rendered)]


def _model(agent: Prepared, services: Services, role: str) -> Any:
    model = services.models.get(role, services.models.get("default"))
    if model is None:
        raise NoModelError(agent.label, role)
    return model


def _structured(model: Any, agent: Prepared) -> Any:
    output = agent.spec.output
    schema = output.accepted if isinstance(output.accepted, dict) else {"type": "object"}
    name = re.sub(r"[^a-zA-Z0-9_-]", "_", output.name)[:64] or "answer"
    described = {
        **schema,
        "title": name,
        "description": schema.get("description") or f"The answer of {agent.spec.name}.",
    }
    return model.with_structured_output(described, include_raw=True)


def _asked(runnable: Any, messages: list[Any], timeout: float | None) -> Invoke:
    return Invoke(lambda: runnable.invoke(messages), lambda: runnable.ainvoke(messages), timeout)


def _parsed(reply: Any) -> Json:
    if reply["parsed"] is None:
        error = reply.get("parsing_error")
        raise ContractViolation(
            [Problem(f"no structured answer: {error or 'the model called no function'}")]
        )
    return reply["parsed"]


def _answer(agent: Prepared, value: Json) -> Json:
    if agent.answer is None:
        raise TypeError(f"{agent.label} asks no model")
    return agent.answer.to_json(agent.answer.from_json(value))


def _text(message: Any) -> str:
    return str(message.text)


def _fed_back(raw: Any, problems: tuple[str, ...]) -> list[Any]:
    from langchain_core.messages import AIMessage, HumanMessage

    said = _text(raw) or json.dumps(
        [call["args"] for call in getattr(raw, "tool_calls", [])], ensure_ascii=False
    )
    listed = "\n".join(f"- {problem}" for problem in problems)
    return [
        AIMessage(said),
        HumanMessage(
            f"That does not fit the required structure:\n{listed}\nAnswer again, mending all of it."
        ),
    ]


def _tell(agent: Prepared, services: Services, role: str, raw: Any, seconds: float) -> None:
    usage = getattr(raw, "usage_metadata", None) or {}
    services.tell(
        ModelAnswered,
        agent.label,
        role=role,
        model=(getattr(raw, "response_metadata", None) or {}).get("model_name"),
        seconds=seconds,
        input_tokens=usage.get("input_tokens"),
        output_tokens=usage.get("output_tokens"),
    )


def _is_history(value: Json) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, dict) and {"role", "content"} <= item.keys() for item in value
    )


def _chat_message(message: Mapping[str, Json]) -> Any:
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    classes = {"system": SystemMessage, "assistant": AIMessage}
    made = classes.get(message["role"], HumanMessage)
    return made(content=message["content"], id=message.get("id"), name=message.get("name"))
