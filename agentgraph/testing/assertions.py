"""The checker as an assertion, for any test runner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agentgraph.check.engine import HasNodes, HasSpec, check_graph
from agentgraph.check.report.text import render_text
from agentgraph.check.settings import CheckSettings
from agentgraph.model.facts import ModelFacts
from agentgraph.model.graph import GraphSpec


def assert_checks(
    graph: GraphSpec | HasSpec | HasNodes,
    *,
    strict: bool = False,
    ignore: Sequence[str] = (),
    models: Mapping[str, ModelFacts] | None = None,
) -> None:
    """Passes where the graph, and those within it, have no errors; `strict`: no findings at all.

    It may be a plain LangGraph graph, which the checker takes as it is. `ignore` are codes that are not looked at, whole or as `AG4` for all of group 4. The
    project's settings are not read: a test says itself what it asks for. `models` as of
    `check_graph`. AssertionError: what was found, as `agentgraph check` shows it. SettingsError: `ignore` names no rule.
    """
    __tracebackhide__ = True
    settings = CheckSettings(strict=strict, ignore=ignore)
    found = check_graph(graph, models=models, settings=settings)
    found = [one for one in found if settings.counts(one)]
    if found:
        spec = graph if isinstance(graph, GraphSpec) else getattr(graph, "spec", None)
        name = spec.name if spec is not None else "the LangGraph graph"
        many = f"{len(found)} finding" + ("" if len(found) == 1 else "s")
        raise AssertionError(f"{name} does not check, {many}:\n\n{render_text(found)}")
