"""The code behind a graph: what the bodies of its agents and tools do, as their source tells.

Bodies that a model or a person answers for never run, and are no bodies here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct

from agentgraph.check.flow.flow import Flow
from agentgraph.check.labels import everyone
from agentgraph.check.where import in_brackets
from agentgraph.model.agent import AgentSpec
from agentgraph.model.source import Source
from agentgraph.model.tool import ToolSpec
from agentgraph.read.facts import Call, FunctionFacts
from agentgraph.read.following import Reached, reached
from agentgraph.read.function import read_function
from agentgraph.read.live import tool_of

AGENT = frozenset({"agentgraph.agent", "agentgraph.declare.agent.agent"})
INTERRUPT = "langgraph.types.interrupt"


class CalledTool(Struct, frozen=True, eq=False):
    """The tool that a call is of. `spec` is None where only its `def` can be seen."""

    name: str
    source: Source | None
    spec: ToolSpec | None


class Step(Struct, frozen=True, eq=False):
    """One call that a body makes, itself or through helpers; `tool` where it is a tool's."""

    reached: Reached
    tool: CalledTool | None

    @property
    def call(self) -> Call:
        return self.reached.call

    @property
    def name(self) -> str:
        """What is called, in a word."""
        return self.tool.name if self.tool is not None else self.call.written

    def comes_before(self, other: Step) -> bool:
        """Whether it may be made before `other`, in one run of the body."""
        for mine, others in zip(self.reached.chain, other.reached.chain, strict=False):
            if others.may_follow(mine):
                return True
            if mine is not others:
                return False
        return False

    @property
    def ways(self) -> tuple[str, ...]:
        """A line for each helper on the way from the body to the call, for `Fault.reasons`."""
        return tuple(
            f"by way of: {call.written}{in_brackets(call.source)}" for call in self.reached.through
        )


class Body(Struct, frozen=True, eq=False):
    """The body of one agent, or of what stands in for it; `tools` is its allowlist, `owns` whose that is."""

    agent: AgentSpec
    owns: str
    tools: tuple[ToolSpec, ...]
    facts: FunctionFacts
    steps: tuple[Step, ...]

    def is_allowed(self, tool: CalledTool) -> bool:
        """Whether it may call the tool."""
        return any(is_same(tool, one) for one in self.tools)

    def pauses(self) -> Iterator[Step]:
        """The calls that wait for a person: `interrupt(...)`, or a tool of its own with `approval=`."""
        for step in self.steps:
            if not step.call.handed_to and (
                step.call.name == INTERRUPT or _is_approved(self, step)
            ):
                yield step


class ToolBody(Struct, frozen=True, eq=False):
    """The body of one tool, and the agents that have it on their list."""

    tool: ToolSpec
    agents: tuple[AgentSpec, ...]
    facts: FunctionFacts
    steps: tuple[Step, ...]


@lru_cache(maxsize=1)
def bodies_of(flow: Flow) -> tuple[Body, ...]:
    """The bodies of a graph's agents that run, those of their fallbacks after them."""
    agents = {agent.name: agent for agent in flow.agents.values()}
    return tuple(body for agent in agents.values() for body in _bodies(agent, None))


@lru_cache(maxsize=1)
def tool_bodies_of(flow: Flow) -> tuple[ToolBody, ...]:
    """The bodies of all tools that agents of the graph, or their fallbacks, have on their lists."""
    users: dict[Source, list[AgentSpec]] = {}
    tools: dict[Source, ToolSpec] = {}
    agents = {agent.name: agent for agent in flow.agents.values()}
    for agent in (one for top in agents.values() for one in everyone(top)):
        for tool in agent.tools:
            if tool.source is not None:
                tools.setdefault(tool.source, tool)
                users.setdefault(tool.source, []).append(agent)
    found = []
    for source, tool in tools.items():
        facts = read_function(source)
        if facts is not None:
            steps = _steps(facts, [tool])
            found.append(ToolBody(tool, tuple(users[source]), facts, steps))
    return tuple(found)


def is_same(tool: CalledTool, other: ToolSpec) -> bool:
    """Whether both are one tool: by their place, or by name where that is not known."""
    if tool.source is None or other.source is None:
        return tool.name == other.name
    return tool.source == other.source


def called_tool(call: Call, tools: Iterable[ToolSpec]) -> CalledTool | None:
    """The tool that a call is of; None: of none, or it cannot be told. `tools` are those known already."""
    if call.is_tool and call.target is not None:
        known = next((one for one in tools if one.source == call.target), None)
        if known is not None:
            return CalledTool(known.name, known.source, known)
    spec = tool_of(call)
    if spec is not None:
        return CalledTool(spec.name, spec.source, spec)
    return CalledTool(call.written, call.target, None) if call.is_tool else None


def _bodies(agent: AgentSpec, lender: tuple[str, tuple[ToolSpec, ...]] | None) -> Iterator[Body]:
    owns, tools = agent.name, agent.tools
    if agent.kind == "function" and agent.source is not None:
        facts = read_function(agent.source)
        if facts is not None:
            if lender is not None and not AGENT & set(facts.decorators):
                owns, tools = lender  # a plain function among the fallbacks
            yield Body(agent, owns, tools, facts, _steps(facts, tools))
    for one in agent.stand_ins:
        yield from _bodies(one, (agent.name, agent.tools))


def _steps(facts: FunctionFacts, tools: Iterable[ToolSpec]) -> tuple[Step, ...]:
    known = list(tools)
    return tuple(Step(one, called_tool(one.call, known)) for one in reached(facts))


def _is_approved(body: Body, step: Step) -> bool:
    tool = step.tool
    if tool is None or tool.spec is None or tool.spec.approval is None:
        return False
    return body.is_allowed(tool)
