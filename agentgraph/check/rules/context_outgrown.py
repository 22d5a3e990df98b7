"""What a model is told can outgrow its context.

## What

`[tool.agentgraph.models]` says how many tokens a model's context has, and what its agent reads can be
more: the types' own limits add up to more (a warning, with four characters counted as a token), or
it reads a list that is kept from turn to turn and that its reducer only ever adds to (a note).
Texts without a limit are left alone.

## Why

The call is refused, or the beginning is cut off without a word: the instructions, mostly. A
conversation gets there on its own, after some weeks, with the best customers.

## Example

    class State(TypedDict):
        history: Annotated[list[Message], append, kept]

    @agent(prompt="...", model="small")                  # context = 8192
    def answer(question: str, history: list[Message]) -> str: ...

## Instead

Let an agent before it take the last ones only, or sum the older ones up, and read that; or limit the
types (`Annotated[str, MaxLen(2000)]`); or take a model with a larger context.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.flow.schemas import most_elements
from agentgraph.check.lengths import most_characters
from agentgraph.check.reliance import every_agent, facts_of, roles_of
from agentgraph.check.where import in_brackets
from agentgraph.model.agent import AgentSpec
from agentgraph.model.graph import StateField

CODE = "AG704"
SEVERITY = "warning"
NEEDS_MODELS = True
CHARACTERS = 4
"""Characters that count as a token: about right for English, too many for most other things."""


def find(flow: Flow) -> Iterator[Fault]:
    fields = {field.name: field for field in flow.spec.state}
    for path, agent in every_agent(flow):
        windows = [(role, context) for role in roles_of(agent) if (context := _context(flow, role))]
        if not windows:
            continue
        role, context = min(windows, key=lambda one: one[1])
        known = _lengths(agent)
        if sum(known.values()) > context * CHARACTERS:
            yield _too_long(path, agent, known, (role, context))
        for read in agent.reads:
            field = fields.get(read.field)
            if (
                field is not None
                and _grows(field)
                and most_elements(read.contract.accepted) is None
            ):
                yield _growing(path, agent, field, (role, context))


def _context(flow: Flow, role: str) -> int | None:
    facts = facts_of(flow, role)
    return facts.context if facts is not None else None


def _lengths(agent: AgentSpec) -> dict[str, int]:
    """The most characters of the prompt and of each field with a limit; the others count as none."""
    found = {read.field: most_characters(read.contract.accepted) for read in agent.reads}
    limited = {field: most for field, most in found.items() if most is not None}
    return {"the prompt": len(agent.prompt.text) if agent.prompt else 0, **limited}


def _grows(field: StateField) -> bool:
    return (
        field.kept
        and field.reducer in ("append", "upsert")
        and most_elements(field.contract.accepted) is None
    )


def _too_long(path: str, agent: AgentSpec, known: dict[str, int], window: tuple[str, int]) -> Fault:
    role, context = window
    tokens = sum(known.values()) // CHARACTERS
    return Fault(
        message=f'what {path} tells its model can be {tokens} tokens, and "{role}" has {context}',
        at=path,
        source=agent.source,
        owner=agent.owner,
        reasons=tuple(
            f"{field}: up to {most} characters"
            for field, most in sorted(known.items(), key=lambda one: -one[1])
            if most
        ),
        help="limit the types more tightly, sum up before, or take a model with a larger context",
    )


def _growing(path: str, agent: AgentSpec, field: StateField, window: tuple[str, int]) -> Fault:
    role, context = window
    return Fault(
        message=f'{field.name} grows from turn to turn, and "{role}" of {path} has {context} tokens',
        severity="note",
        at=f"{path}.{field.name}",
        source=agent.source,
        owner=agent.owner,
        reasons=(f"kept: {field.name}{in_brackets(field.source)}, by {field.reducer}",),
        help="let an agent before it take the last ones, or sum up the older ones",
    )
