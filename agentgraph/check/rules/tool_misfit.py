"""A tool that cannot be called, or cannot be offered to a model.

## What

No value satisfies what a tool takes (one of its arguments, or all together) or what it gives. Or a
model is to call it, and its name is taken: models with tools answer by a function called `answer`. Or
its name, or that of an argument, has characters that providers refuse.

## Why

Every call of such a tool fails. A tool called `answer` is never called: what the model hands to
it is taken for the answer itself. And a name that a provider refuses makes it refuse the whole
request, with an error 400 that speaks of `tools[3].function.name`.

## Example

    @tool(name="look up")                                  # a blank is not allowed
    def look_up(limit: Annotated[int, Ge(10), Le(5)]) -> str: ...

## Instead

Names of at most 64 letters, digits, `_` and `-`, without accents. Bounds that leave something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from agentgraph.check.finding import Fault, Severity
from agentgraph.check.flow.flow import Flow
from agentgraph.model.agent import AgentSpec
from agentgraph.model.contract import Schema
from agentgraph.model.tool import ToolSpec

CODE = "AG109"
SEVERITY = "error"

_ANSWER = "answer"
"""What the room `call` names the function by which a model with tools answers."""
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}\Z")
_ARGUMENT = re.compile(r"[a-zA-Z0-9_.-]{1,64}\Z")


def find(flow: Flow) -> Iterator[Fault]:
    told: set[str] = set()
    for agent in _with_stand_ins(flow.agents.values()):
        for tool in agent.tools:
            for fault in (*_impossible(flow, agent, tool), *_unoffered(agent, tool)):
                if fault.message not in told:
                    told.add(fault.message)
                    yield fault


def _with_stand_ins(agents: Iterable[AgentSpec]) -> Iterator[AgentSpec]:
    for agent in agents:
        yield agent
        yield from _with_stand_ins(agent.stand_ins)


def _impossible(flow: Flow, agent: AgentSpec, tool: ToolSpec) -> Iterator[Fault]:
    taken = tool.arguments.accepted
    names = [
        name for name in _arguments(taken) if flow.questions.admits_nothing(_part(taken, name))
    ]
    for name in names:
        yield _fault(
            agent,
            tool,
            f"no value satisfies the argument {name} of {tool.name}",
            "correct the bounds, the pattern or the union",
            below=name,
        )
    if not names and flow.questions.admits_nothing(taken):
        yield _fault(
            agent, tool, f"no arguments satisfy {tool.name}", "correct the types of its arguments"
        )
    if flow.questions.admits_nothing(tool.result.produced):
        yield _fault(
            agent, tool, f"no value satisfies the result of {tool.name}", "correct its return type"
        )


def _unoffered(agent: AgentSpec, tool: ToolSpec) -> Iterator[Fault]:
    if agent.kind != "model":
        return
    if tool.name == _ANSWER and agent.output.accepted != {"type": "string"}:
        yield _fault(
            agent,
            tool,
            f"{agent.name} can never call its tool {_ANSWER}: models with tools answer by that name",
            f'call the tool something else: @tool(name="find_{_ANSWER}")',
        )
    if not _NAME.match(tool.name):
        yield _fault(
            agent,
            tool,
            f"providers refuse the tool name {tool.name!r}",
            "at most 64 letters, digits, _ and -, without accents",
            severity="warning",
        )
    for name in _arguments(tool.arguments.accepted):
        if not _ARGUMENT.match(name):
            yield _fault(
                agent,
                tool,
                f"some providers refuse {name!r}, an argument of {tool.name}",
                "at most 64 letters, digits and _, without accents",
                below=name,
                severity="warning",
            )


def _arguments(schema: Schema) -> list[str]:
    return list(schema.get("properties", ())) if isinstance(schema, dict) else []


def _part(schema: Schema, name: str) -> Schema:
    """What one argument takes, with the definitions that it refers to."""
    assert isinstance(schema, dict)
    found: Schema = schema["properties"][name]
    if isinstance(found, dict) and "$defs" in schema:
        return {**found, "$defs": schema["$defs"]}
    return found


def _fault(
    agent: AgentSpec,
    tool: ToolSpec,
    message: str,
    help_: str,
    *,
    below: str = "",
    severity: Severity | None = None,
) -> Fault:
    return Fault(
        message=message,
        severity=severity,
        at=".".join(part for part in (agent.name, tool.name, below) if part),
        source=tool.source or agent.source,
        owner=tool.owner or agent.owner,
        help=help_,
    )
