"""A small `GraphSpec` as the module that a user would write; and the `Graph` that this module declares.

Bodies and route functions ask a `Player`, so that a test decides what the agents do.
"""

from __future__ import annotations

import itertools
import linecache
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Protocol

from agentgraph.declare.graph import Graph
from agentgraph.model.agent import AgentSpec, Read
from agentgraph.model.contract import Contract, Schema
from agentgraph.model.graph import EdgeSpec, GraphSpec, MapSpec, RouteSpec
from agentgraph.model.guard import Guard
from tests.properties.check_values import scalars

HEAD = """\
from typing import Annotated, Literal, NotRequired, TypedDict

from annotated_types import MaxLen
from pydantic import BaseModel

from agentgraph import END, START, Edge, Graph, Map, Route, agent, field, kept


def larger(old, new):
    return reduce(old, new)


def append(old, new):
    return [*old, *new]

"""

_numbers = itertools.count()


class Player(Protocol):
    """What stands behind the bodies."""

    def act(self, agent: str, given: dict[str, Any]) -> Any:
        """What the agent hands out; it may raise."""

    def answer(self, function: str, given: dict[str, Any]) -> Any:
        """What a route function says."""

    def reduce(self, old: Any, new: Any) -> Any:
        """What the reducer of a field makes of two values."""


@contextmanager
def declared(spec: GraphSpec, player: Player) -> Iterator[Graph]:
    """The graph, declared by a module of its own. DeclarationError: what no user can declare."""
    text = text_of(spec)
    name = f"written_{next(_numbers)}"
    file = f"/written/{name}.py"
    module = ModuleType(name)
    module.__file__ = file
    module.__dict__.update(act=player.act, answer=player.answer, reduce=player.reduce)
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    sys.modules[name] = module
    try:
        exec(compile(text, file, "exec"), module.__dict__)
        yield module.graph
    finally:
        del sys.modules[name], linecache.cache[file]


def text_of(spec: GraphSpec) -> str:
    """The module's text; those that stand in it come first."""
    inner = [agent.graph for agent in spec.agents if agent.graph is not None]
    parts = [HEAD, *("".join(_graph(one, one.name, one.name)) for one in inner)]
    return "".join([*parts, *_graph(spec, "graph", "")])


def _graph(spec: GraphSpec, variable: str, prefix: str) -> Iterator[str]:
    yield _class(f"{prefix}Input", spec.input.ports, bases=_base_of(spec.input.ports))
    yield _class(f"{prefix}Output", spec.output.ports, bases="TypedDict")
    yield _state(spec, f"{prefix}State")
    for agent in spec.agents:
        if agent.graph is None:
            yield _agent(agent)
    for way in spec.ways:
        if isinstance(way, RouteSpec) and way.by == "function":
            yield _function(way)
    yield f"\n{variable} = Graph(\n    {spec.name!r},\n"
    yield f"    input={prefix}Input,\n    output={prefix}Output,\n    state={prefix}State,\n"
    yield "    edges=[\n"
    for way in spec.ways:
        yield f"        {_way(way)},\n"
    yield "    ],\n)\n"


def _base_of(ports: Any) -> str:
    return "BaseModel" if any(port.has_default for port in ports) else "TypedDict"


def _class(name: str, ports: Any, bases: str) -> str:
    lines = [f"\nclass {name}({bases}):\n"]
    for port in ports:
        text = _type(port.contract)
        if port.has_default:
            text = f"{text} = {port.default!r}"
        elif not port.required:
            text = f"NotRequired[{text}]"
        lines.append(f"    {port.field}: {text}\n")
    return "".join([*lines, *([] if ports else ["    pass\n"])])


def _state(spec: GraphSpec, name: str) -> str:
    lines = [f"\nclass {name}(BaseModel):\n"]
    for one in spec.state:
        marks = ([_short(one.reducer)] if one.reducer else []) + (["kept"] if one.kept else [])
        text = _type(one.contract)
        text = f"Annotated[{', '.join([text, *marks])}]" if marks else text
        lines.append(f"    {one.name}: {text}{f' = {one.default!r}' if one.has_default else ''}\n")
    return "".join(lines)


def _short(reducer: str) -> str:
    return reducer.rsplit(":", maxsplit=1)[-1]


def _agent(agent: AgentSpec) -> str:
    whole = agent.writes[0] if agent.writes and agent.writes[0].key is None else None
    text = "" if whole else "".join(_results(agent))
    if whole:
        options, returns = f"(writes={whole.field!r})", _type(agent.output)
    else:
        renamed = {w.key: w.field for w in agent.writes if w.key != w.field}
        options = f"(writes={renamed!r})" if renamed else ""
        returns = " | ".join(_names(agent)) if agent.writes else "None"
    # Those without a default come first, as Python wants it.
    reads = sorted(agent.reads, key=lambda read: not read.required)
    given = ", ".join(f"{read.parameter!r}: {read.parameter}" for read in reads)
    return (
        f"{text}\n@agent{options}\ndef {agent.name}({', '.join(map(_parameter, reads))})"
        f" -> {returns}:\n    return act({agent.name!r}, {{{given}}})\n\n"
    )


def _parameter(read: Read) -> str:
    text = f"{read.parameter}: {_type(read.contract)}"
    return text if read.required else f"{text} = {_default(read.contract)!r}"


def _default(contract: Contract) -> Any:
    schema: Any = contract.produced
    return [] if schema.get("type") == "array" else scalars(schema)[0]


def _members(agent: AgentSpec) -> list[dict[str, Any]]:
    schema: Any = agent.output.produced
    defs = schema.get("$defs", {})
    parts = schema.get("anyOf", [schema])
    return [defs[p["$ref"].rsplit("/")[-1]] if "$ref" in p else p for p in parts]


def _names(agent: AgentSpec) -> list[str]:
    return [f"{agent.name}_{number}" for number, _ in enumerate(_members(agent))]


def _results(agent: AgentSpec) -> Iterator[str]:
    if not agent.writes:
        return
    for name, member in zip(_names(agent), _members(agent), strict=True):
        yield f"\nclass {name}(TypedDict):\n"
        for key, schema in member["properties"].items():
            text = _type(Contract("", schema, schema))
            text = text if key in member["required"] else f"NotRequired[{text}]"
            yield f"    {key}: {text}\n"
        yield "" if member["properties"] else "    pass\n"


def _type(contract: Contract) -> str:
    schema = contract.produced
    if isinstance(schema, dict) and schema.get("type") == "array":
        text = f"list[{_literal(schema['items'])}]"
        return f"Annotated[{text}, MaxLen({schema['maxItems']})]" if "maxItems" in schema else text
    return _literal(schema)


def _literal(schema: Schema) -> str:
    return f"Literal[{', '.join(map(repr, scalars(schema)))}]"


def _function(way: RouteSpec) -> str:
    assert way.returns is not None
    reads = sorted(way.reads, key=lambda read: not read.required)
    given = ", ".join(f"{read.parameter!r}: {read.parameter}" for read in reads)
    return (
        f"\ndef {way.on}({', '.join(map(_parameter, reads))}) -> {_literal(way.returns.produced)}:\n"
        f"    return answer({way.on!r}, {{{given}}})\n\n"
    )


def _way(way: EdgeSpec | RouteSpec | MapSpec) -> str:
    if isinstance(way, EdgeSpec):
        return _edge(way)
    if isinstance(way, RouteSpec):
        return _route(way)
    return (
        f"Map({way.agent}, over={way.over!r}, each={way.each!r},"
        f" to={way.target}, into={way.into!r})"
    )


def _edge(way: EdgeSpec) -> str:
    sources = ", ".join(way.sources)
    options: Mapping[str, Any] = {
        "when": condition(way.when) if way.when else None,
        "adapt": way.adapter,
        "at_most": way.at_most,
        "otherwise": way.otherwise,
        "on_failure": way.on_failure or None,
    }
    more = "".join(f", {key}={text}" for key, text in options.items() if text is not None)
    several = way.join or len(way.sources) > 1
    return f"Edge({f'[{sources}]' if several else sources}, {way.target}{more})"


def _route(way: RouteSpec) -> str:
    lines = []
    for case in way.cases:
        if way.by == "cases":
            assert case.when is not None
            lines.append(f"({condition(case.when)}, {case.target})")
        else:
            lines.append(f"{case.label!r}: {case.target}")
    brackets = ("cases=[", "]") if way.by == "cases" else ("to={", "}")
    on = {"cases": "", "field": f"on={way.on!r}, ", "function": f"on={way.on}, "}[way.by]
    otherwise = f", otherwise={way.otherwise}" if way.otherwise else ""
    entries = "".join(f"\n            {line}," for line in lines)
    return f"Route({way.agent}, {on}{brackets[0]}{entries}\n        {brackets[1]}{otherwise})"


def condition(guard: Guard) -> str:
    """The guard as it is written with `field`."""
    return _condition(guard.schema)


_SIGNS = {"minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}


def _condition(schema: Any) -> str:
    for keyword, sign in (("allOf", " & "), ("anyOf", " | ")):
        if keyword in schema:
            return "(" + sign.join(map(_condition, schema[keyword])) + ")"
    if "not" in schema:
        return f"~{_condition(schema['not'])}"
    (name,) = schema["required"]
    leaf = schema.get("properties", {}).get(name, {})
    if not leaf:
        return f"field({name!r}).present"
    if "not" in leaf:
        return f"({_leaf(name, leaf['not'], '!=')})"
    return f"({_leaf(name, leaf, '==')})"


def _leaf(name: str, leaf: Any, sign: str) -> str:
    if "const" in leaf:
        return f"field({name!r}) {sign} {leaf['const']!r}"
    (keyword,) = set(leaf) - {"type"}
    text = f"field({name!r}) {_SIGNS[keyword]} {leaf[keyword]}"
    return text if sign == "==" else f"~({text})"
