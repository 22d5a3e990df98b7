"""A model's reply as JSON, to be recorded, and as langchain-core has it."""

from __future__ import annotations

from typing import Any

from pydantic_core import PydanticSerializationError, to_jsonable_python

from agentgraph.model.contract import Json, digest


def told_reply(reply: Any) -> Json:
    """A chat message, or one with the answer parsed from it (`include_raw`), as JSON."""
    if not isinstance(reply, dict):
        return {"raw": _told_message(reply)}
    error = reply.get("parsing_error")
    return {
        "raw": _told_message(reply["raw"]),
        "parsed": to_jsonable_python(reply["parsed"]),
        "parsing_error": None if error is None else str(error),
    }


def made_reply(told: Json) -> Any:
    """The reply that `told_reply` made JSON of; its parsing error is text."""
    from langchain_core.messages import AIMessage

    raw = AIMessage.model_validate(told["raw"])
    return {**told, "raw": raw} if "parsed" in told else raw


def usage_of(reply: Any) -> tuple[int | None, int | None]:
    """Input and output tokens; None where the provider reports none."""
    raw = reply["raw"] if isinstance(reply, dict) else reply
    usage = getattr(raw, "usage_metadata", None) or {}
    return usage.get("input_tokens"), usage.get("output_tokens")


def reasoning_of(raw: Any) -> str | None:
    """What a model says it thought before it answered; None where it says nothing of that."""
    blocks = getattr(raw, "content_blocks", None) or []
    told = [block.get("reasoning") or "" for block in blocks if block.get("type") == "reasoning"]
    return "\n".join(filter(None, told)) or None


def request_hash(messages: list[Any], shape: Json, conversation: int) -> str:
    """The hash of what a model is asked: messages, and the shape of the answer. Ids of messages do not count."""
    told = [
        {
            "type": message.type,
            "content": message.content,
            "name": message.name,
            "calls": getattr(message, "tool_calls", None) or [],
            "answers": getattr(message, "tool_call_id", None),
        }
        for message in messages
    ]
    return digest([told, shape, conversation])


def _told_message(message: Any) -> Json:
    kept: dict[str, Json] = {}
    for name, value in message:
        try:
            kept[name] = to_jsonable_python(value)
        except (PydanticSerializationError, ValueError):
            if name in ("content", "tool_calls"):
                raise
            # What a provider adds for itself is worth no failure.
    return kept
