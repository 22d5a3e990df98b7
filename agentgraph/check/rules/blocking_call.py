"""A blocking call in an async body: nothing else runs meanwhile.

## What

An `async def` body calls something that waits and is not awaited: `time.sleep`, `requests`,
`urllib`, `subprocess`, a blocking client of a database or a model; or a tool that is no coroutine
function and talks to an outside service.

## Why

All async bodies of a process share one event loop. While one of them holds it, the branches beside
it, other users' runs, timeouts and heartbeats all stand still. A timeout cannot even end the call.

## Example

    @agent(writes="status")
    async def poll(job_id: str) -> str:
        time.sleep(5)                                   # nobody else runs for five seconds
        return requests.get(f"{JOBS}/{job_id}").text

## Instead

Await it: `await asyncio.sleep(5)`, an async client, `await asyncio.to_thread(requests.get, url)`.
Or write the whole body as a plain `def`: agentgraph runs those on threads of their own. Of a tool,
make it `async def`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agentgraph.check.bodies import CalledTool, Step, bodies_of, tool_bodies_of
from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.outside import is_blocking
from agentgraph.check.where import in_brackets
from agentgraph.model.source import Source
from agentgraph.read.following import reached
from agentgraph.read.function import read_function

CODE = "AG509"
SEVERITY = "warning"


def find(flow: Flow) -> Iterator[Fault]:
    told: set[Source] = set()
    for body in bodies_of(flow):
        if body.facts.is_async:
            yield from _faults(body.agent.name, body.agent.owner, body.steps, told)
    for tool in tool_bodies_of(flow):
        if tool.facts.is_async:
            yield from _faults(tool.tool.name, tool.tool.owner, tool.steps, told)


def _faults(
    name: str, owner: str | None, steps: Iterable[Step], told: set[Source]
) -> Iterator[Fault]:
    for step in steps:
        call = step.call
        why = _why(step)
        if why is not None and call.source not in told:
            told.add(call.source)
            yield Fault(
                message=f"{step.name} blocks the event loop: {name} is async, and does not await it",
                at=f"{name}.{step.name}",
                source=call.source,
                owner=owner,
                reasons=(*step.ways, *why),
                help=_help(step),
            )


def _why(step: Step) -> tuple[str, ...] | None:
    """The reasons why it blocks; None: it does not, or that cannot be told."""
    if any(call.handed_to for call in step.reached.chain):
        return None
    if step.tool is not None:
        return _tool_blocks(step.tool)
    return () if is_blocking(step.call) else None


def _tool_blocks(tool: CalledTool) -> tuple[str, ...] | None:
    facts = read_function(tool.source) if tool.source is not None else None
    if facts is None or facts.is_async:
        return None
    for one in reached(facts):
        if is_blocking(one.call) and not one.call.handed_to:
            return (f"it waits at: {one.call.written}{in_brackets(one.call.source)}",)
    if tool.spec is not None and tool.spec.needs is not None:
        return (f"it needs {tool.spec.needs}{in_brackets(tool.source)}",)
    return None


def _help(step: Step) -> str:
    if step.tool is not None:
        return f"make {step.name} an async def, or the body that calls it a plain def"
    if step.call.name == "time.sleep":
        return "await asyncio.sleep(...)"
    return "await an async client, or asyncio.to_thread(...); or make the body a plain def"
