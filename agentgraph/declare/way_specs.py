"""`Edge`, `Route`, `Map` objects as plain data, their mistakes reported."""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable, Iterator, Mapping
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal, get_origin

from agentgraph.contracts.types import contract_of
from agentgraph.declare.body import MISSING, Body, name_of, read_signature, union_members
from agentgraph.declare.guard import Condition
from agentgraph.declare.interface import reads_of
from agentgraph.declare.json_values import json_text, json_value
from agentgraph.declare.ways import DeclaredCase, Edge, Map, Route
from agentgraph.errors import DeclarationError, Problem
from agentgraph.model.agent import Read
from agentgraph.model.contract import ANYTHING, Contract, Json
from agentgraph.model.graph import END, START, Case, EdgeSpec, MapSpec, RouteSpec, Way
from agentgraph.model.guard import Guard
from agentgraph.model.source import Source

if TYPE_CHECKING:
    from agentgraph.declare.assemble import Assembly


class WaySpecs:
    """Turns declared ways into data, naming their agents in `assembly`."""

    def __init__(self, assembly: Assembly) -> None:
        self._in = assembly

    def of(self, way: Any) -> Iterator[Way]:
        """The way as data; nothing where it is none."""
        match way:
            case Edge():
                yield self._edge(way)
            case Route():
                yield self._route(way)
            case Map():
                yield self._map(way)
            case _:
                self._in.report(
                    f"{way!r} is not a way between agents",
                    self._in.source,
                    help_="edges= takes Edge, Route and Map",
                )

    def _edge(self, edge: Edge) -> EdgeSpec:
        if edge.join and not edge.sources:
            self._in.report("an edge from no agent at all", edge.source, help_="Edge([a, b], c)")
        if edge.at_most is not None and edge.at_most < 1:
            self._in.report(f"at_most={edge.at_most} never lets the edge be taken", edge.source)
        if edge.otherwise is not None and edge.at_most is None:
            self._in.report(
                "otherwise= says what follows after at_most=, which is missing", edge.source
            )
        on_failure: object = edge.on_failure  # whatever a caller without a type checker gave
        if not isinstance(on_failure, bool):
            help_ = "the edge leads to who takes over: Edge(agent, that, on_failure=True)"
            self._in.report(
                "on_failure= says yes or no, and names nobody", edge.source, help_=help_
            )
        elif on_failure and START in edge.sources:
            self._in.report("START cannot fail", edge.source)
        return EdgeSpec(
            sources=tuple(self._source(one, edge.source) for one in edge.sources),
            target=self._target(edge.target, edge.source),
            join=edge.join and edge.target != END,
            when=self._guard(edge.when, edge.source),
            adapter=None if edge.adapt is None else self._in.adapter_name(edge),
            at_most=edge.at_most,
            otherwise=None if edge.otherwise is None else self._target(edge.otherwise, edge.source),
            on_failure=bool(on_failure),
            source=edge.source,
        )

    def _route(self, route: Route) -> RouteSpec:
        agent = self._source(route.agent, route.source)
        by, on, reads, returns = self._question(route)
        return RouteSpec(
            agent=agent,
            by=by,
            on=on,
            cases=self._cases(route),
            otherwise=None
            if route.otherwise is None
            else self._target(route.otherwise, route.source),
            reads=reads,
            returns=returns,
            source=route.source,
        )

    def _question(
        self, route: Route
    ) -> tuple[
        Literal["field", "cases", "function"], str | None, tuple[Read, ...], Contract | None
    ]:
        if route.given_cases == route.given_to:
            self._in.report("a Route takes either on= with to=, or cases=", route.source)
        elif not route.cases:
            self._in.report("a Route without branches", route.source)
        if route.given_cases:
            if route.on is not None:
                self._in.report("on= goes with to=, not with cases=", route.source)
            return "cases", None, (), None
        if isinstance(route.on, str):
            return "field", route.on, (), None
        if callable(route.on):
            return self._function(route, route.on)
        self._in.report(
            "on= must be the name of a state field or a function of state fields", route.source
        )
        return "field", "?", (), None

    def _function(
        self, route: Route, function: Callable[..., Any]
    ) -> tuple[Literal["function"], str, tuple[Read, ...], Contract | None]:
        name = _free_name(name_of(function), function, self._in.functions)
        if hasattr(function, "implementation"):
            help_ = "an agent writes state: route on the field that it writes"
            self._in.report(f"{name} is an agent, not a function", route.source, help_=help_)
            return "function", name, (), None
        body = Body(function, read_signature(function, route.names, typed=False))
        self._in.functions[name] = body
        for problem in (*body.signature.problems, *_not_fields(name, body)):
            self._in.report(problem.message, route.source, problem.where, problem.help)
        reads, found = _route_reads(name, body)
        for problem in found:
            self._in.report(problem.message, route.source, problem.where, problem.help)
        returns = body.signature.returns
        enumerable = returns is not MISSING and all(map(_is_finite, union_members(returns)))
        return "function", name, reads, contract_of(returns) if enumerable else None

    def _cases(self, route: Route) -> tuple[Case, ...]:
        cases = tuple(
            self._case(case, case.source or route.source, route.given_cases) for case in route.cases
        )
        if not route.given_cases:
            labels = [json_text(case.label) for case in cases]
            for index, case in enumerate(cases):
                if labels[index] in labels[:index] and case.label is not None:
                    place = case.source or route.source
                    self._in.report(f"the label {labels[index]} stands here twice", place)
        return cases

    def _case(self, case: DeclaredCase, place: Source, guarded: bool) -> Case:
        if guarded and not isinstance(case.when, Condition):
            self._in.report(
                f"{case.when!r} is not a condition",
                place,
                help_='write (field("score") >= 0.7, target); what is left goes to otherwise=',
            )
        return Case(
            target=self._target(case.target, place),
            label=None if guarded else self._label(case.label, place),
            when=case.when.guard if isinstance(case.when, Condition) else None,
            source=place,
        )

    def _map(self, way: Map) -> MapSpec:
        target = self._target(way.target, way.source)
        if target == END:
            self._in.report("a Map leads to an agent, not to END", way.source)
        elif target in self._in.agents:
            taken = [read.field for read in self._in.agents[target].spec.reads]
            if way.each not in taken:
                self._in.report(
                    f"{target} does not read {way.each!r}, so it would never see its element",
                    way.source,
                    help_=f"each= names one of its fields: {', '.join(taken) or 'it reads none'}",
                )
        return MapSpec(
            agent=self._source(way.agent, way.source),
            over=way.over,
            each=way.each,
            target=target,
            into=way.into,
            source=way.source,
        )

    def _source(self, thing: Any, place: Source) -> str:
        if thing == END:
            self._in.report("nothing comes after END", place)
            return END
        return (
            START
            if isinstance(thing, str) and thing == START
            else self._in.agent_name(thing, place, "source")
        )

    def _target(self, thing: Any, place: Source) -> str:
        if isinstance(thing, str) and thing == START:
            self._in.report(
                "nothing leads to START", place, help_="a loop leads to the agent that it repeats"
            )
            return START
        return (
            END
            if isinstance(thing, str) and thing == END
            else self._in.agent_name(thing, place, "target")
        )

    def _guard(self, when: Any, place: Source) -> Guard | None:
        if when is None or isinstance(when, Condition):
            return when.guard if when is not None else None
        self._in.report(
            f"{when!r} is not a condition",
            place,
            help_='build it with field: when=field("score") >= 0.7',
        )
        return None

    def _label(self, label: Any, place: Source) -> Json:
        try:
            value = json_value(label)
        except DeclarationError as error:
            self._in.report(error.problems[0].message, place, help_=error.problems[0].help)
            return None
        if isinstance(value, list | dict):
            help_ = "a label is a string, number, boolean, None or enum member"
            self._in.report(f"{label!r} cannot be a label", place, help_=help_)
            return None
        return value


def _is_finite(member: Any) -> bool:
    """Whether a type has few enough values to list them all."""
    if get_origin(member) is Literal or member in (bool, None, NoneType):
        return True
    return inspect.isclass(member) and issubclass(member, enum.Enum)


def _not_fields(name: str, body: Body) -> Iterator[Problem]:
    """Parameters of a route function that are no state fields."""
    views = [p.name for p in body.signature.parameters if p.view]
    for parameter in [body.signature.context, *views]:
        if parameter is not None:
            yield Problem("a route function takes state fields alone", f"{name}.{parameter}")


def _route_reads(name: str, body: Body) -> tuple[tuple[Read, ...], list[Problem]]:
    """The fields that a route function takes; one without a type may be anything."""
    typed, problems = reads_of(name, body.signature, {})
    by_name = {read.parameter: read for read in typed}
    for parameter in body.signature.parameters:
        if parameter.annotation is MISSING:
            by_name[parameter.name] = Read(
                field=parameter.name,
                parameter=parameter.name,
                contract=ANYTHING,
                required=parameter.default is MISSING,
            )
    names = [parameter.name for parameter in body.signature.parameters]
    return tuple(by_name[name] for name in names if name in by_name), problems


def _free_name(name: str, function: object, taken: Mapping[str, Body]) -> str:
    """A name for a route function: its own, numbered where another function has it."""
    name = "function" if name == "<lambda>" else name
    candidate, number = name, 1
    while candidate in taken and taken[candidate].function is not function:
        number += 1
        candidate = f"{name}_{number}"
    return candidate
