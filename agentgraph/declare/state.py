"""The state of a graph: declared fields, or inferred from who reads and writes what."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar, get_type_hints

from msgspec import Struct, field

from agentgraph.contracts.types import FieldType, contract_of
from agentgraph.declare.body import extras
from agentgraph.declare.interface import located, split
from agentgraph.declare.labels import labels_of
from agentgraph.declare.markers import BUILT_IN, Kept, Reducer, Whole, reducer_name
from agentgraph.declare.options import placed
from agentgraph.declare.places import place_of_class, places_of_fields
from agentgraph.errors import Problem, ProblemsError
from agentgraph.model.agent import AgentSpec
from agentgraph.model.contract import Contract, Json
from agentgraph.model.graph import Interface, Port, StateField, Way
from agentgraph.model.source import Source

# What a reduced field is before anybody wrote it, as LangGraph's BinaryOperatorAggregate has it.
_EMPTY: dict[str, Json] = {"array": [], "object": {}, "integer": 0, "number": 0, "string": ""}


class State(Struct, eq=False):
    """The fields found so far, the reducers that go with them, and what is wrong."""

    fields: dict[str, StateField] = field(default_factory=dict)
    reducers: dict[str, Reducer] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add_class(self, owner: Any) -> None:
        """Take the fields that a state class names."""
        parts = self._parts(owner, "state")
        for part in parts:
            self._add(part, _source(owner, part.attribute))

    def add_interface(self, owner: Any, role: str) -> Interface:
        """Take the fields of the input or output class, where the state does not name them."""
        if owner is None:
            nothing = Contract("None", {"type": "object"}, True)
            return Interface(contract=nothing, ports=())
        parts = self._parts(owner, role)
        for part in parts:
            if part.name not in self.fields:
                self._add(part, _source(owner, part.attribute))
            self.label(part.name, labels_of(part.annotation))
        return Interface(
            contract=self._whole(owner),
            ports=tuple(_port(part) for part in parts),
            source=place_of_class(owner),
        )

    def label(self, name: str, labels: Iterable[str]) -> None:
        """A field bears these labels too: the input or the output says so."""
        field = self.fields.get(name)
        if field is not None and set(labels) - set(field.labels):
            both = tuple(sorted({*field.labels, *labels}))
            self.fields[name] = replace(field, labels=both)

    def infer(self, agents: Iterable[AgentSpec], ways: Iterable[Way]) -> None:
        """Add what agents and maps mention and nobody declared."""
        ways = list(ways)
        items = {(way.target, way.each) for way in ways if way.kind == "map"}
        agents = list(agents)
        collected = _collected(ways)
        for agent in agents:
            for write in agent.writes if agent.name not in collected else ():
                self._mention(write.field, write.contract, agent.source)
        for way in ways:
            if way.kind == "map":
                self._mention(
                    way.into, Contract(way.into, {"type": "array"}, {"type": "array"}), way.source
                )
        for agent in agents:
            for read in agent.reads:
                if (agent.name, read.field) not in items:
                    self._mention(read.field, read.contract, agent.source)

    def _mention(self, name: str, contract: Contract, source: Source | None) -> None:
        if name not in self.fields:
            self.fields[name] = StateField(
                name=name, contract=contract, declared=False, source=source
            )

    def _parts(self, owner: Any, role: str) -> tuple[FieldType, ...]:
        try:
            found = split(owner)
        except ProblemsError as error:
            self.problems += [_at_field(owner, problem) for problem in located(error, role)]
            return ()
        if found is None:
            name = getattr(owner, "__name__", repr(owner))
            self.problems.append(
                Problem(
                    f"{name} has no fields",
                    where=role,
                    help="give a pydantic model, a TypedDict or a dataclass",
                )
            )
            return ()
        return found.fields

    def _whole(self, owner: Any) -> Contract:
        try:
            return contract_of(owner)
        except ProblemsError:
            return Contract(str(owner), True, True)  # reported with its fields

    def _add(self, part: FieldType, source: Source | None) -> None:
        marks = extras(part.annotation)
        if any(_holds_objects(mark) for mark in marks):
            self.problems.append(_not_json(part.name, source))
        reducer = next((mark for mark in reversed(marks) if _is_reducer(mark)), None)
        if any(isinstance(mark, Whole) for mark in marks) and reducer not in BUILT_IN.values():
            self.problems.append(_whole_anyway(part.name, source))
        takes, gives = _declared_types(reducer)
        declared = StateField(
            name=part.name,
            contract=part.contract,
            reducer=self._name(reducer) if reducer is not None else None,
            takes=takes,
            gives=gives,
            kept=any(isinstance(mark, Kept) for mark in marks),
            whole=any(isinstance(mark, Whole) for mark in marks),
            labels=labels_of(part.annotation),
            source=source,
        )
        if has_default(part):
            declared = replace(declared, has_default=True, default=part.default)
        elif reducer is not None:
            self.reducers[part.name] = reducer
            declared = _with_empty(declared)
        if reducer is not None:
            self.reducers[part.name] = reducer
        self.fields[part.name] = declared

    def _name(self, reducer: Reducer) -> str:
        """The reducer's name, numbered where another one has it: two lambdas of a module."""
        known = {
            field.reducer: self.reducers[name]
            for name, field in self.fields.items()
            if field.reducer is not None
        }
        name = candidate = reducer_name(reducer)
        number = 1
        while known.get(candidate, reducer) is not reducer:
            number += 1
            candidate = f"{name}#{number}"
        return candidate


def _declared_types(reducer: Reducer | None) -> tuple[Contract | None, Contract | None]:
    """What a reducer of the user's says that it takes and gives, as far as it has a JSON form."""
    if reducer is None or reducer in BUILT_IN.values():
        return None, None
    try:
        hints = get_type_hints(reducer, include_extras=True)
        _, update, *_ = inspect.signature(reducer).parameters
    except (NameError, TypeError, ValueError, AttributeError):
        return None, None
    return _contract(hints.get(update)), _contract(hints.get("return"))


def _contract(hint: Any) -> Contract | None:
    if hint is None or isinstance(hint, TypeVar):
        return None
    try:
        return contract_of(hint)
    except (ProblemsError, NameError):
        return None


def _collected(ways: Iterable[Way]) -> set[str]:
    """The agents to which Maps lead and nothing else: what they write goes to lists alone."""
    mapped: set[str] = set()
    plain: set[str | None] = set()
    for way in ways:
        match way.kind:
            case "map":
                mapped.add(way.target)
            case "edge":
                plain |= {way.target, way.otherwise, way.adapter}
            case "route":
                plain |= {way.otherwise, *(case.target for case in way.cases)}
    return mapped - plain


def has_default(part: FieldType) -> bool:
    """Whether an absent field has a JSON value to stand for it."""
    from agentgraph.contracts.types import MISSING

    return part.default is not MISSING


def _port(part: FieldType) -> Port:
    if has_default(part):
        return Port(
            field=part.name,
            contract=part.contract,
            required=part.required,
            has_default=True,
            default=part.default,
        )
    return Port(field=part.name, contract=part.contract, required=part.required)


def _with_empty(declared: StateField) -> StateField:
    schema = declared.contract.accepted
    kind = schema.get("type") if isinstance(schema, dict) else None
    if isinstance(kind, str) and kind in _EMPTY:
        return replace(declared, has_default=True, default=_EMPTY[kind])
    return declared


def _holds_objects(mark: Any) -> bool:
    """Whether it is LangGraph's reducer of message objects."""
    return getattr(mark, "__module__", "") == "langgraph.graph.message"


def _at_field(owner: Any, problem: Problem) -> Problem:
    """The problem at the line of the field that its path (`state Owner.field[].x`) is about."""
    attribute = re.search(r"\.(\w+)", problem.where)
    source = _source(owner, attribute[1]) if attribute else place_of_class(owner)
    return placed(problem, source)


def _not_json(name: str, source: Source | None) -> Problem:
    file, line = (source.file, source.line) if source else (None, None)
    help_ = "write Annotated[list[Message], upsert]: the same rule, over JSON"
    message = "add_messages keeps LangChain's objects, and state at rest is JSON"
    return Problem(message, name, file, line, help_)


def _whole_anyway(name: str, source: Source | None) -> Problem:
    message = "it is marked whole, and stored whole at every step in any case"
    help_ = "only lists with append or upsert are stored by what each step adds: leave it out"
    return placed(Problem(message, name, help=help_), source)


def _is_reducer(mark: Any) -> bool:
    """A function of two positional parameters, as LangGraph takes it."""
    if not isinstance(mark, Callable) or inspect.isclass(mark) or isinstance(mark, Kept):  # type: ignore[arg-type]  # Callable is fine for isinstance
        return False
    try:
        parameters = inspect.signature(mark).parameters.values()
    except (TypeError, ValueError):
        return False
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return len(positional) == 2


def _source(owner: Any, attribute: str) -> Source | None:
    cls = getattr(owner, "__origin__", owner)
    if not inspect.isclass(cls):
        return None
    return places_of_fields(cls).get(attribute) or place_of_class(cls)
