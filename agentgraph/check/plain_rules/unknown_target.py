"""A router or a command names a node that the graph does not have.

## What

The function behind a conditional edge returns, or a `Command` or `Send` names, something that is
neither a node of this graph nor `END`.

## Why

LangGraph writes a line to its log and goes on without it: the run ends there as if it were done.

## Example

    def route(state):
        return "hot_line"            # the node is named "hotline"

## Instead

Name a node that there is. A `Literal` as return type, or a path map, lets LangGraph see it as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentgraph.check.finding import Fault
from agentgraph.check.flow.flow import Flow
from agentgraph.check.plain.words import Word, words
from agentgraph.check.walks import nearest

CODE = "AG801"
SEVERITY = "error"
GRAPHS = ("adopted",)


def find(flow: Flow) -> Iterator[Fault]:
    told = set()
    for word in words(flow):
        if word.leads_nowhere and word.said.source not in told:
            told.add(word.said.source)
            yield _fault(flow, word)


def _fault(flow: Flow, word: Word) -> Fault:
    adopted = flow.adopted
    assert adopted is not None
    label = word.said.label
    close = nearest(label, adopted.nodes) if isinstance(label, str) else None
    how = "sends to" if word.said.sends else "leads to"
    return Fault(
        message=f"{word.by} {how} {label!r}, and there is no such node",
        at=word.node,
        source=word.said.source,
        help=f"did you mean {close!r}?" if close else f"the nodes are {', '.join(adopted.nodes)}",
        root=frozenset({("gap", "")}),
    )
