"""`draw_graph`: a graph as text, in the format asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Protocol, get_args

from agentgraph.draw.badges import FindingLike, with_badges
from agentgraph.draw.depict import depict
from agentgraph.errors import Problem, SettingsError
from agentgraph.model.graph import GraphSpec

DrawFormat = Literal["terminal", "mermaid", "dot", "json"]
FORMATS: tuple[DrawFormat, ...] = get_args(DrawFormat)


class HasSpec(Protocol):
    """A declared graph, as `agentgraph.Graph` is."""

    @property
    def spec(self) -> GraphSpec: ...


def draw_graph(
    graph: GraphSpec | HasSpec,
    *,
    format: DrawFormat = "terminal",  # noqa: A002  # the word that users look for
    findings: Iterable[FindingLike] = (),
    width: int = 100,
    color: bool = False,
) -> str:
    """The declared graph, all of it and nothing else, as text that ends with a newline.

    `findings` of the checker are pinned to what they are about. `width` in columns and
    `color` (ANSI) are for the terminal: wider graphs are drawn tighter, and nested ones
    below instead of inside. SettingsError: no such format.
    """
    spec = graph if isinstance(graph, GraphSpec) else graph.spec
    picture = with_badges(depict(spec), findings)
    # Each writer is loaded when it is used: drawing in one format should not pay for all.
    match format:
        case "terminal":
            from agentgraph.draw.terminal.writer import write_terminal

            return write_terminal(picture, width=width, color=color)
        case "mermaid":
            from agentgraph.draw.mermaid import write_mermaid

            return write_mermaid(picture)
        case "dot":
            from agentgraph.draw.dot import write_dot

            return write_dot(picture)
        case "json":
            from agentgraph.draw.data import write_json

            return write_json(picture)
    raise SettingsError(
        [Problem(f"{format!r} is not a format of drawings", help=f"use {', '.join(FORMATS)}")]
    )
