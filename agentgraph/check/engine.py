"""All findings of a graph, or of several: every rule asked, one root told once, in a fixed order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from agentgraph.check.analysis import analyse_adopted, analyse_all
from agentgraph.check.catalogue import Kind, Rule, known_codes, rules, rules_about
from agentgraph.check.certainty import TOO_MUCH, is_certain
from agentgraph.check.finding import Fault, Finding, Severity
from agentgraph.check.flow.flow import Flow
from agentgraph.check.ignores import Ignore, Ignores, JudgedIgnore
from agentgraph.check.labels import everyone
from agentgraph.check.roots import Draft, told_once
from agentgraph.check.second_look import HAPPENING, sharpened
from agentgraph.check.settings import CheckSettings
from agentgraph.model.facts import ModelFacts
from agentgraph.model.graph import Case, GraphSpec, RouteSpec
from agentgraph.model.plan import Plan
from agentgraph.model.policy import Policies
from agentgraph.model.source import Source

if TYPE_CHECKING:
    from agentgraph.adopt.adopted import Adopted


class HasSpec(Protocol):
    """A `Graph`, as far as the checker looks at it."""

    @property
    def spec(self) -> GraphSpec: ...


class HasNodes(Protocol):
    """A LangGraph graph, as far as its type tells: this room does not know that framework."""

    @property
    def nodes(self) -> Any: ...


def check_graph(
    graph: GraphSpec | HasSpec | Adopted | HasNodes,
    *,
    plan: Plan | None = None,
    models: Mapping[str, ModelFacts] | None = None,
    settings: CheckSettings | None = None,
    policies: Policies | None = None,
) -> list[Finding]:
    """All that is wrong with a graph, or may be, those of graphs within it included.

    `plan` is what will run, where it is not simply the graph lowered. `models` are what is known
    of the models by role; rules about models are silent without. `policies` are those that
    the project has for all agents. `settings` say what is told,
    and how much it counts; a baseline is not looked at. The order is the same every
    time: by place in the source, then by code. DeclarationError: the graph names what it does
    not have, so there is nothing to check. What the source waives on its line
    (`# agentgraph: ignore[AG403]`) is left out. Of a LangGraph graph (a `StateGraph`, what its `compile`
    made, or either as `Adopted`) nothing is said that rests on declarations which it cannot have, and no note.
    """
    checking = Checking(settings, models, policies)
    checking.add(graph, plan=plan)
    return checking.findings()


class Checking:
    """Several graphs checked together: what they share is told once, comments are judged by all."""

    def __init__(
        self,
        settings: CheckSettings | None = None,
        models: Mapping[str, ModelFacts] | None = None,
        policies: Policies | None = None,
    ) -> None:
        self._settings = settings or CheckSettings()
        self._models = models
        self._policies = policies
        self._ignores = Ignores()
        self._graphs: list[GraphSpec] = []
        self._found: list[Finding] = []
        self._told: dict[tuple[str, str, str], list[Finding]] = {}

    def add(
        self, graph: GraphSpec | HasSpec | Adopted | HasNodes, *, plan: Plan | None = None
    ) -> None:
        """Checks one more graph, and those within it. Raises as `check_graph`."""
        for flow in self._flows(graph, plan):
            flow.project = self._policies
            # A graph that stands alone and inside another has its faults once.
            for finding in self._check(flow):
                alike = self._told.setdefault((finding.code, finding.place, finding.message), [])
                if finding not in alike:
                    alike.append(finding)
                    self._found.append(finding)
            self._graphs.append(flow.spec)

    def _flows(
        self, graph: GraphSpec | HasSpec | Adopted | HasNodes, plan: Plan | None
    ) -> list[Flow]:
        found: Any = graph if isinstance(graph, GraphSpec) else _taken_in(graph)
        if isinstance(found, GraphSpec):
            return analyse_all(found, plan, self._models)
        if hasattr(found, "plan"):  # an `Adopted`: what will run is not for us to say
            return analyse_adopted(found, self._models)
        return analyse_all(found.spec, plan, self._models)

    @property
    def graphs(self) -> list[str]:
        """The names of all graphs that were checked, those within others too."""
        return [spec.name for spec in self._graphs]

    def findings(self, whole: Collection[str] = ()) -> list[Finding]:
        """All findings so far, in order.

        `whole` are files all of whose graphs have been added: every comment in them is judged.
        Of another file those are that stand in the statement of a graph that has been added.
        """
        told = self._found + [
            finding
            for comment, spec in self._comments(whole)
            for finding in self._judged(comment, spec)
        ]
        return sorted(told, key=_order)

    def _check(self, flow: Flow) -> list[Finding]:
        drafts: list[Draft] = []
        for rule, fault in self._faults(flow):
            certain = is_certain(flow, rule.code)
            finding = self._finding(flow.spec, fault, rule.code, rule.severity)
            if not certain:
                finding = _uncertain(finding)
            drafts.append(Draft(finding, fault, len(drafts), certain))
        if flow.adopted is not None:
            # What cannot be told of a graph that declares nothing is no news.
            drafts = [one for one in drafts if one.finding.severity != "note"]
        return told_once(drafts, self._is_waived)

    def _faults(self, flow: Flow) -> Iterator[tuple[Rule, Fault]]:
        """What the rules find, in their order; what a turn would run into is looked at twice."""
        kind: Kind = "declared" if flow.adopted is None else "adopted"
        asked = self._wanted(rules_about(kind))
        found = {rule.code: list(rule.find(flow)) for rule in asked}
        again = [rule for rule in asked if rule.code in HAPPENING]
        if any(found[rule.code] for rule in again):
            sharper = sharpened(flow)
            if sharper is not None:
                found |= {rule.code: list(rule.find(sharper)) for rule in again}
        yield from ((rule, fault) for rule in asked for fault in found[rule.code])

    def _wanted(self, every: Iterable[Rule]) -> list[Rule]:
        """The rules whose findings are told."""
        return [rule for rule in every if self._settings.tells(rule.code)]

    def _is_waived(self, finding: Finding) -> bool:
        return self._ignores.waive(finding.code, finding.source)

    def _comments(self, whole: Collection[str]) -> Iterator[tuple[Ignore, GraphSpec]]:
        seen: set[Source] = set()
        sources = [source for spec in self._graphs for source in _sources(spec)]
        for spec in self._graphs:
            if spec.source is None:
                continue
            if spec.source.file in whole:
                found = self._ignores.in_file(spec.source.file, sources)
            else:
                found = self._ignores.in_statement(spec.source)
            for comment in found:
                if comment.source not in seen:
                    seen.add(comment.source)
                    yield comment, spec

    def _judged(self, comment: Ignore, spec: GraphSpec) -> Iterator[Finding]:
        known = known_codes()
        told = self._wanted(rules())
        judged_by = [rule for rule in told if rule.about == "graph"]
        if self._models is None:  # a rule that lacks them may have more to say another time
            judged_by = [rule for rule in judged_by if not rule.needs_models]
        asked = {rule.code for rule in judged_by}
        judged = JudgedIgnore(
            source=comment.source,
            codes=comment.codes,
            unused=tuple(code for code in self._ignores.unused(comment) if code in asked),
            unknown=tuple(code for code in comment.codes if code not in known),
            known=known,
        )
        for rule in told:
            if rule.about == "comment":
                for fault in rule.find(judged):
                    finding = self._finding(spec, fault, rule.code, rule.severity)
                    if not self._is_waived(finding):
                        yield finding

    def _finding(self, spec: GraphSpec, fault: Fault, code: str, severity: Severity) -> Finding:
        return Finding(
            code=code,
            severity=self._settings.severity_of(code, fault.severity or severity),
            message=fault.message,
            graph=spec.name,
            place=f"{spec.name}.{fault.at}" if fault.at else spec.name,
            source=fault.source or spec.source,
            owner=fault.owner or spec.owner,
            witness=fault.witness,
            has_witness=fault.has_witness,
            path=fault.path,
            reasons=fault.reasons,
            help=fault.help,
        )


def _taken_in(graph: object) -> object:
    """A LangGraph graph as `Adopted`; anything else as it is."""
    if hasattr(graph, "spec"):
        return graph
    # Checking declared graphs need not pay for what reads the others.
    from agentgraph.adopt.langgraph import adopt_graph, is_graph

    return adopt_graph(graph) if is_graph(graph) else graph


def _uncertain(finding: Finding) -> Finding:
    return replace(finding, severity="note", reasons=(*finding.reasons, TOO_MUCH))


def _sources(spec: GraphSpec) -> Iterator[Source]:
    """Where the parts of a graph were written: what a finding can be about."""
    cases: list[Case] = [c for way in spec.ways if isinstance(way, RouteSpec) for c in way.cases]
    parts = (spec, spec.input, spec.output, *spec.state, *spec.ways, *cases)
    agents = [other for agent in spec.agents for other in everyone(agent)]
    for part in (*parts, *agents):
        if part.source is not None:
            yield part.source


def _order(finding: Finding) -> tuple[str, int, str, str, str]:
    return (finding.file or "", finding.line or 0, finding.code, finding.place, finding.message)
