"""Labelled data reaches somebody who is not cleared for it.

## What

Data that bears a label (`Annotated[str, Label("pii")]`, a tool's labelled result, or whatever was
made of either) reaches an agent, a model, a tool or a graph's memory that is not cleared for it.
The finding shows the way, writer by writer. What an agent writes bears the labels of all it read,
unless the agent `removes=` them, or the written type is one of a few fixed values.

A model's clearance stands in `[tool.agentgraph.models]`; where the table does not say, the agent's
counts. What a model hands to its tools is its own choice, so every tool of a model-backed agent
must be cleared for what the agent meets. What a function hands to its tools cannot be seen: where
a tool has a parameter of the same name as a labelled field that the function reads, a note says so.
A tool that returns a label is cleared for it. "untrusted" asks no clearance.

## Why

Nobody decided that this agent, this provider or this database may hold the data. It is the sort
of thing that is found out from the provider's logs.

## Example

    class Case(BaseModel):
        email: Annotated[str, Label("pii")]

    @agent(prompt="Summarise: {email}", model="cheap", writes="summary")
    def summarise(email: str) -> str: ...          # sends it to a provider

## Instead

Clear whoever is meant to see it, `@agent(clears={"pii"})`; or put an agent before that takes it
out and says so, `@agent(clears={"pii"}, removes={"pii"})`; or don't read the field.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault, Root
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.marks import Bearing, Mark
from agentgraph.check.meetings import Meeting, how_it_came, meetings, takes
from agentgraph.check.reliance import facts_of, roles_of
from agentgraph.check.where import in_brackets
from agentgraph.model.graph import UNTRUSTED
from agentgraph.model.tool import ToolSpec

CODE = "AG602"
SEVERITY = "error"
NEEDS_MODELS = True


def find(flow: Flow) -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    handed: dict[tuple[str, object, str], list[tuple[Meeting, ToolSpec]]] = {}
    for meeting in meetings(flow):
        for label, (field, mark) in meeting.labels.items():
            if label == UNTRUSTED or (meeting.at, label) in seen:
                continue
            seen.add((meeting.at, label))
            if label not in meeting.agent.clears:
                yield _agent(meeting, field, mark)
                continue
            for role in roles_of(meeting.agent):
                if _refuses(flow, role, label):
                    yield _model(meeting, field, mark, role)
            for tool in meeting.agent.tools:
                if label not in (*tool.clears, *tool.labels) and _may_get(meeting, tool, label):
                    key = (tool.name, tool.source, label)
                    handed.setdefault(key, []).append((meeting, tool))
    for (_, _, label), found in handed.items():
        yield _tool(label, found)
    yield from _memory(flow)


def _may_get(meeting: Meeting, tool: ToolSpec, label: str) -> bool:
    """Whether the tool may be given the data: by a model anything, by a function what is named alike."""
    if meeting.agent.kind == "model":
        return takes(tool, label)
    field, _ = meeting.labels[label]
    named = {read.parameter for read in meeting.agent.reads if read.field == field}
    return any(takes(tool, label, parameter) for parameter in named)


def _agent(meeting: Meeting, field: str, mark: Mark) -> Fault:
    label, agent = mark.label, meeting.agent
    return Fault(
        message=f"{label} data reaches {meeting.name}, and it is not cleared for it",
        at=f"{meeting.at}.{field}" if field else meeting.at,
        source=agent.source,
        owner=agent.owner,
        reasons=_way(meeting, field, mark),
        help=f'clear it, @agent(clears={{"{label}"}}), or let an agent before it take the data '
        f'out, @agent(removes={{"{label}"}})',
        root=frozenset({_uncleared(meeting.node, label)}),
        because=_causes(meeting.node, mark),
    )


def _model(meeting: Meeting, field: str, mark: Mark, role: str) -> Fault:
    label, agent = mark.label, meeting.agent
    return Fault(
        message=f'{label} data reaches the model "{role}" of {meeting.name}, '
        "and the model is not cleared for it",
        at=f"{meeting.at}.{field}" if field else meeting.at,
        source=agent.source,
        owner=agent.owner,
        reasons=_way(meeting, field, mark),
        help=f'name a model that may see it, or say clears = ["{label}"] in '
        f"[tool.agentgraph.models.{role}]",
        because=_causes(meeting.node, mark),
    )


def _tool(label: str, found: list[tuple[Meeting, ToolSpec]]) -> Fault:
    # A model that may hand it over is proof; bodies that may are not.
    found = sorted(found, key=lambda one: one[0].agent.kind != "model")
    (meeting, tool), *others = found
    agent, by_model = meeting.agent, meeting.agent.kind == "model"
    mark = meeting.labels[label][1]
    who = f"the model of {meeting.name}" if by_model else meeting.name
    return Fault(
        message=f"{who} may hand {label} data to {tool.name}, and the tool is not cleared for it",
        severity=None if by_model else "note",
        at=f"{meeting.at}.{tool.name}",
        source=agent.source,
        owner=agent.owner,
        reasons=(
            *how_it_came(mark),
            f"tool: {tool.name}{in_brackets(tool.source)}",
            *(f"also by: {other.name}{in_brackets(other.agent.source)}" for other, _ in others),
            *(
                ()
                if by_model
                else ("it has a parameter of that name; what a body hands to it cannot be seen",)
            ),
        ),
        help=f'clear the tool, @tool(clears={{"{label}"}}), or give it to an agent that does not '
        f"meet {label} data",
        because=_causes(meeting.node, mark),
    )


def _memory(flow: Flow) -> Iterator[Fault]:
    """What would rest in checkpoints and traces, each label once for each graph that says no."""
    told: set[tuple[str, str]] = set()
    for bearing in flow.bearings:
        for graph, clears, every in _limits(flow, bearing):
            for field, mark in _resting(flow, bearing):
                label = mark.label
                if label == UNTRUSTED or label in clears or (graph, label) in told:
                    continue
                # What came in from outside rests there already: it is told of there.
                if every or not mark.from_outside:
                    told.add((graph, label))
                    yield _rests(flow, graph, field, mark)


def _limits(flow: Flow, bearing: Bearing) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    if flow.spec.clears is not None:
        yield flow.spec.name, flow.spec.clears, True
    for limit in bearing.limits:
        yield limit.graph, limit.clears, False


def _resting(flow: Flow, bearing: Bearing) -> Iterator[tuple[str, Mark]]:
    """Every field that bears a label, the shortest ways first."""
    fields = {item.definition.number: item.definition.field for item in flow.items.all}
    found = [(fields[n], mark) for n, marks in bearing.written.items() for mark in marks.values()]
    yield from sorted(found, key=lambda one: len(one[1].trail()))


def _rests(flow: Flow, graph: str, field: str, mark: Mark) -> Fault:
    label = mark.label
    return Fault(
        message=f"{label} data rests in the memory of {graph}, which is not cleared for it",
        at=field,
        source=mark.trail()[0].source or flow.spec.source,
        reasons=(*how_it_came(mark), f"rests in: the field {field}"),
        help=f'clear the graph, Graph(clears={{"{label}"}}), or keep the data out of the state: '
        "pass it in the run's context",
    )


def _way(meeting: Meeting, field: str, mark: Mark) -> tuple[str, ...]:
    read = f"then: {meeting.agent.name} reads {field}{in_brackets(meeting.agent.source)}"
    return (*how_it_came(mark), *((read,) if field else ()))


def _refuses(flow: Flow, role: str, label: str) -> bool:
    facts = facts_of(flow, role)
    return facts is not None and facts.clears is not None and label not in facts.clears


def _uncleared(node: str, label: str) -> Root:
    return ("uncleared", node, label)


def _causes(node: str, mark: Mark) -> frozenset[Root]:
    """Who passed it on without being cleared for it: it is told there."""
    writers = {step.node for step in mark.trail() if step.node is not None and step.before}
    return frozenset(_uncleared(writer, mark.label) for writer in writers - {node})
