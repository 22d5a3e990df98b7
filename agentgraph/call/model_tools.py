"""The tools of a model-backed agent: offered to the model, called for it, their results handed back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from agentgraph.call.effects import Steps
from agentgraph.call.errors import ToolDeniedError
from agentgraph.call.prepared import Prepared
from agentgraph.call.running import Running
from agentgraph.contracts.types import codec
from agentgraph.declare.running import RUNNING
from agentgraph.declare.tool import Tool
from agentgraph.errors import ContractViolation
from agentgraph.model.contract import Json


def offered(agent: Prepared) -> list[dict[str, Any]]:
    """The agent's tools as the chat-completions protocol describes functions."""
    return [
        function_of(tool.name, tool.spec.description, tool.spec.arguments.accepted)
        for tool in agent.body.tools.values()
    ]


def function_of(name: str, description: str, parameters: Any) -> dict[str, Any]:
    """A function that a model may call."""
    described = {"name": name, "description": description, "parameters": parameters}
    return {"type": "function", "function": described}


def in_order(
    agent: Prepared, calls: Sequence[Mapping[str, Any]]
) -> Iterator[list[Mapping[str, Any]]]:
    """The calls that a model asks for at once, in the groups that may go on at once.

    What only reads does, with what stands beside it. An effect goes alone, and in the place that the
    model gave it: nobody but the model knows what it builds on.
    """

    def only_reads(call: Mapping[str, Any]) -> bool:
        tool = agent.body.tools.get(call["name"])
        return tool is None or (tool.spec.read_only and tool.spec.approval is None)

    for harmless, group in groupby(calls, only_reads):
        if harmless:
            yield list(group)
        else:
            yield from ([call] for call in group)


def called(agent: Prepared, running: Running, call: Mapping[str, Any]) -> Steps[Any]:
    """The message for the model after one call that it asked for.

    What the model got wrong (an unknown tool, arguments that do not fit) and a person's no
    are told to it; what the tool raises passes through.
    """
    from langchain_core.messages import ToolMessage

    token = RUNNING.set(running)
    try:
        content = yield from _content(agent, running, call)
    finally:
        RUNNING.reset(token)
    return ToolMessage(content, tool_call_id=call["id"] or "")


def _content(agent: Prepared, running: Running, call: Mapping[str, Any]) -> Steps[str]:
    tool: Tool[..., Any] | None = agent.body.tools.get(call["name"])
    if tool is None:
        running.refuse(call["name"])
        return f"there is no tool {call['name']!r}; there are {', '.join(agent.body.tools)}"
    try:
        arguments = tool.arguments.from_json(call["args"])
    except ContractViolation as error:
        return f"these arguments do not fit: {error}"
    try:
        result = yield from running.tool_steps(tool, arguments)
    except ToolDeniedError as error:
        return str(error)
    made: Json = codec(tool.implementation.signature.returns).to_json(result)
    return made if isinstance(made, str) else json.dumps(made, ensure_ascii=False)
