"""A secret stands in the code, or is to rest in the state.

## What

A string in the file of a graph, an agent or a tool, or a prompt, looks like a real credential: a key
with the prefix of a well-known service, a private key, a signed token, a password in a URL. Or a text
field of the state has the name of one: `api_key`, `password`, `access_token`.

## Why

What is in the code is in the repository, its history and every copy of it, for ever. What is in the
state is in every checkpoint, and in whatever shows states to people.

## Example

    @tool(read_only=True)
    def search(query: str) -> list[str]:
        return client("sk-proj-...").search(query)      # with the key written out

## Instead

Hand secrets in when the run starts: `context=` is never stored, and a body has it as `ctx.context`.
Or read them from the environment where the client is made. One that has been in the code needs to be
replaced, not only removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.labels import everyone
from agentgraph.check.untrusted import is_free_text
from agentgraph.model.agent import AgentSpec
from agentgraph.model.graph import UNTRUSTED, StateField
from agentgraph.model.source import Source
from agentgraph.read.credentials import credentials_in, may_hold_credentials
from agentgraph.read.files import read_file, texts_of

CODE = "AG607"
SEVERITY = "warning"

_SECRET_NAME = re.compile(
    r"(?:.*_)?(?:password|passwd|passphrase|api_?key|secret_key|private_key|client_secret"
    r"|(?:access|auth|refresh|bearer|session|api|oauth|bot)_token)"
    r"|token|secret|authorization|credentials?",
    re.IGNORECASE,
)


def find(flow: Flow) -> Iterator[Fault]:
    agents = [one for top in flow.agents.values() for one in everyone(top)]
    yield from _in_files(flow, agents)
    yield from _in_prompts(agents)
    for field in flow.spec.state:
        if _is_secret(field):
            yield Fault(
                message=f"{field.name} is named like a secret, and rests in every checkpoint",
                at=field.name,
                source=field.source,
                help="hand it in as context=, which is never stored",
            )


def _in_files(flow: Flow, agents: list[AgentSpec]) -> Iterator[Fault]:
    places = [flow.spec.source, *(agent.source for agent in agents)]
    places += [tool.source for agent in agents for tool in agent.tools]
    for path in dict.fromkeys(place.file for place in places if place is not None):
        file = read_file(path)
        if file is None or not may_hold_credentials(file.text):
            continue
        for text in texts_of(file):
            for one in credentials_in(text.value):
                yield _fault(one.kind, one.shown, text.source, "")


def _in_prompts(agents: list[AgentSpec]) -> Iterator[Fault]:
    """Those in files of their own; others stand in the code."""
    for agent in agents:
        if agent.prompt is not None and agent.prompt.file is not None:
            for one in credentials_in(agent.prompt.text):
                yield _fault(one.kind, one.shown, agent.source, f" ({agent.prompt.file})")


def _fault(kind: str, shown: str, source: Source | None, where: str) -> Fault:
    return Fault(
        message=f"{kind} stands in the code{where}: {shown}",
        severity="error",
        at="",
        source=source,
        help="replace it where it was given out, and hand the new one in as context= or by the environment",
    )


def _is_secret(field: StateField) -> bool:
    """By its name, where it is a text that nobody has labelled: labels have rules of their own."""
    labelled = any(label != UNTRUSTED for label in field.labels)
    named = _SECRET_NAME.fullmatch(field.name) is not None
    return named and not labelled and is_free_text(field.contract.accepted)
