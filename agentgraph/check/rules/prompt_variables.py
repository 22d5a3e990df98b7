"""A prompt names something that the agent does not read, or leaves a parameter out.

## What

A placeholder `{name}` of the prompt is no parameter of the agent; or a parameter is never
mentioned, so that the model does not see it.

## Why

Nothing stops: the model is sent an empty place, or answers without what it was to answer from,
and nobody notices. (A list of chat messages is sent as such; the prompt need not name it.)

## Example

    @agent(prompt="Classify: {question}")
    def classify(query: str) -> Intent:          # {question} stays empty, query is not shown
        return by_model()

## Instead

Use the parameter's name in the prompt; drop the parameter that the model does not need.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.schemas import element_of, resolved
from agentgraph.check.walks import nearest
from agentgraph.model.agent import AgentSpec
from agentgraph.model.contract import Contract

CODE = "AG106"
SEVERITY = "error"


def find(flow: Flow) -> Iterator[Fault]:
    for agent in flow.agents.values():
        if agent.prompt is not None:
            yield from _faults(agent, set(agent.prompt.variables))


def _faults(agent: AgentSpec, named: set[str]) -> Iterator[Fault]:
    parameters = list(dict.fromkeys(read.parameter for read in agent.reads))
    unknown = sorted(named - set(parameters))
    unused = [name for name in parameters if name not in named]
    for name in unknown:
        close = nearest(name, unused, likeness=0.5) or nearest(name, parameters)
        if close is None and len(unused) == len(unknown) == 1:
            close = unused[0]
        unused = [other for other in unused if other != close]
        yield Fault(
            message=f"the prompt of {agent.name} names {{{name}}}, which it does not read",
            at=f"{agent.name}.{name}",
            source=agent.source,
            owner=agent.owner,
            reasons=(f"its parameters are {', '.join(parameters) or 'none'}",),
            help=f"did you mean {{{close}}}?" if close else f"take {name} as a parameter",
        )
    history = {read.parameter for read in agent.reads if _is_chat(read.contract)}
    for name in (name for name in unused if name not in history):
        yield Fault(
            message=f"the prompt of {agent.name} never shows {name} to the model",
            severity="warning",
            at=f"{agent.name}.{name}",
            source=agent.source,
            owner=agent.owner,
            help=f"write {{{name}}} in the prompt, or drop the parameter",
        )


def _is_chat(contract: Contract) -> bool:
    """Chat messages go to the model as such, and not by way of the prompt."""
    element = element_of(Contract(contract.name, contract.accepted, contract.accepted))
    top = resolved(element.produced) if element else True
    return isinstance(top, dict) and {"role", "content"} <= set(top.get("properties", ()))
