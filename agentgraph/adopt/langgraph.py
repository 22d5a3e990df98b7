"""A plain LangGraph graph, lifted into our nouns with LangGraph's own way to run it.

Nothing of LangGraph is imported: what is asked are the builder's own attributes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from agentgraph.adopt.adopted import Adopted, BranchFacts, NodeFacts, Place, ResultRead
from agentgraph.adopt.building import Places, find_building
from agentgraph.adopt.entrypoints import adopt_entrypoint
from agentgraph.adopt.functions import (
    Carried,
    carried_by,
    declared_labels,
    inner_graph,
    makes_text,
    named_in,
    tools_of,
)
from agentgraph.adopt.lifting import Lifted, lift, reducer_of
from agentgraph.adopt.results import results_of
from agentgraph.adopt.schemas import schema_facts, wider_schemas
from agentgraph.errors import DeclarationError, Problem
from agentgraph.model.graph import END, START

_ARGUMENTS = {
    "checkpointer": "checkpointer",
    "cache": "cache",
    "store": "store",
    "interrupt_before_nodes": "interrupt_before",
    "interrupt_after_nodes": "interrupt_after",
}


def is_graph(value: object) -> bool:
    """Whether a value is a LangGraph graph: a `StateGraph`, a compiled one, an entrypoint."""
    module = type(value).__module__
    if module.partition(".")[0] != "langgraph":
        return False
    names = {base.__name__ for base in type(value).__mro__}
    return bool(names & {"StateGraph", "Pregel"})


def builder_of(graph: Any) -> Any:
    """What a graph was built with; itself where it is that."""
    return getattr(graph, "builder", graph)


def graphs_within(graph: Any) -> Iterator[Any]:
    """The graphs that stand as nodes in a graph, and in those."""
    builder = builder_of(graph)
    for spec in builder.nodes.values() if hasattr(builder, "waiting_edges") else ():
        inner = inner_graph(spec.runnable)
        if inner is not None:
            yield inner
            yield from graphs_within(inner)


def graphs_called(graph: Any) -> Iterator[Any]:
    """The graphs that are named in the functions of a graph's nodes."""
    builder = builder_of(graph)
    for spec in builder.nodes.values() if hasattr(builder, "waiting_edges") else ():
        function = carried_by(spec.runnable)
        for value in named_in(function.callable) if function is not None else ():
            if is_graph(value):
                yield value


def adopt_graph(
    graph: Any,
    *,
    name: str | None = None,
    file: str | None = None,
    deployed: bool = False,
    nested: bool = False,
) -> Adopted:
    """A `StateGraph` or what its `compile` made, as it is. Nothing of it runs.

    `name` is what to call it where it has no name of its own; `file` is where it may have been
    built, beside the files of its functions. `deployed`: a platform runs it, which brings memory of its own.
    `nested`: another graph runs it.
    DeclarationError: it is no LangGraph graph, or a node has a name that is ours.
    """
    return _Adopting(file, deployed, nested).adopt(graph, name or "graph")


@dataclass(slots=True)
class _Adopting:
    file: str | None
    deployed: bool
    nested: bool = False
    known: dict[int, Adopted] = field(default_factory=dict)
    under_way: set[int] = field(default_factory=set)

    def adopt(self, graph: Any, name: str) -> Adopted:
        builder = builder_of(graph)
        if not hasattr(builder, "waiting_edges"):
            if hasattr(graph, "nodes") and hasattr(graph, "trigger_to_nodes"):
                return adopt_entrypoint(graph, name)
            message = f"{type(graph).__name__} is not a LangGraph state graph"
            raise DeclarationError([Problem(message, where=name)])
        if id(graph) not in self.known:
            self.under_way.add(id(graph))
            self.known[id(graph)] = self._adopted(graph, builder, _name(graph, name))
            self.under_way.discard(id(graph))
        return self.known[id(graph)]

    def _adopted(self, graph: Any, builder: Any, name: str) -> Adopted:
        _refuse_our_names(builder, name)
        functions = {key: carried_by(spec.runnable) for key, spec in builder.nodes.items()}
        places = self._places(builder, functions)
        arguments = _arguments(graph) if graph is not builder else frozenset()
        edges = {edge: place for edge in builder.edges if (place := places.edge(*edge))}
        joins = {join: place for join in builder.waiting_edges if (place := places.join(*join))}
        state = schema_facts(builder.state_schema)
        parts = Lifted(
            name=name,
            builder=builder,
            keys=_keys(builder) if state.is_whole else (),
            nodes={key: self._node(builder, key, places, functions[key]) for key in builder.nodes},
            branches=_branches(builder, places),
            input=schema_facts(builder.input_schema),
            output=schema_facts(builder.output_schema),
            state=state,
            edges=edges,
            joins=joins,
            remembers="checkpointer" in arguments,
            source=_source(places),
        )
        return self._put_together(graph, parts, places, arguments)

    def _places(self, builder: Any, functions: Mapping[str, Carried | None]) -> Places:
        """Looked for in the file that is given, then in those of the nodes' functions."""
        files = [self.file] if self.file else []
        carried = [one for one in functions.values() if one is not None]
        files += [one.callable.__code__.co_filename for one in carried]
        named = frozenset(key for key, spec in builder.nodes.items() if not _is_handler(spec))
        return Places(find_building(files, named), named)

    def _put_together(
        self, graph: Any, parts: Lifted, places: Places, arguments: frozenset[str]
    ) -> Adopted:
        builder, lifted = parts.builder, lift(parts)
        return Adopted(
            spec=lifted.spec,
            plan=lifted.plan,
            nodes=parts.nodes,
            branches=lifted.branches,
            state=parts.state,
            input=parts.input,
            output=parts.output,
            keys=frozenset(parts.keys),
            managed=frozenset(builder.managed),
            reducers=_reducers(builder),
            edges=parts.edges,
            joins=parts.joins,
            compiled=graph is not builder,
            arguments=arguments,
            compiling=places.compiling(),
            made=places.made(),
            deployed=self.deployed,
            opaque=lifted.opaque,
            unsure=lifted.unsure,
            wider=wider_schemas(parts.state),
            nested=self.nested or len(self.under_way) > 1,
            varies=places.varies(),
            bound=_bound(graph),
        )

    def _node(self, builder: Any, key: str, places: Places, function: Carried | None) -> NodeFacts:
        spec = builder.nodes[key]
        graph = inner_graph(spec.runnable)
        inner = None
        if graph is not None and id(graph) not in self.under_way:
            inner = self.adopt(graph, key)
        ends = tuple(spec.ends) if spec.ends else None
        place = places.node(key)
        named = place is not None and "destinations" in place.keywords
        return NodeFacts(
            name=key,
            place=place,
            body=function.body if function is not None else None,
            takes=schema_facts(spec.input_schema),
            inner=inner,
            declared=ends,
            declared_in_type=ends is not None and not named,
            retries=bool(spec.retry_policy),
            caches=spec.cache_policy is not None,
            is_timed=getattr(spec, "timeout", None) is not None,
            defers=bool(spec.defer),
            handles=_handled(builder, key),
            makes_text=makes_text(spec.runnable),
            tools=tuple(tools_of(spec.runnable)),
            results=tuple(self._results(function)),
        )

    def _results(self, function: Carried | None) -> Iterator[ResultRead]:
        for graph, key, source in results_of(function.callable) if function is not None else ():
            if not is_graph(graph) or id(graph) in self.under_way:
                continue
            inner = self.adopt(graph, "graph")
            given = inner.keys & set(inner.output.types) if inner.keys else None
            yield ResultRead(graph=inner.spec.name, key=key, source=source, given=given)


def _keys(builder: Any) -> tuple[str, ...]:
    return tuple(key for key in builder.channels if key != "__root__")


def _branches(builder: Any, places: Places) -> tuple[BranchFacts, ...]:
    found = []
    for node, specs in builder.branches.items():
        for name, spec in specs.items():
            function = carried_by(spec.path)
            place = places.branch(node, name, len(specs))
            mapped = place is not None and (
                len(place.arguments) > 2 or "path_map" in place.keywords
            )
            takes = spec.input_schema or builder.state_schema
            declared = declared_labels(function) if function is not None else ()
            found.append(
                BranchFacts(
                    node=node,
                    name=name,
                    body=function.body if function is not None else None,
                    ends=dict(spec.ends) if spec.ends is not None else None,
                    in_type=spec.ends is not None and not mapped and bool(declared),
                    way=-1,
                    place=place,
                    takes=schema_facts(takes),
                    declared=declared,
                )
            )
    return tuple(found)


def _arguments(graph: Any) -> frozenset[str]:
    given = {theirs: getattr(graph, ours, None) for ours, theirs in _ARGUMENTS.items()}
    # A cache or store may be an empty container, and is one all the same.
    return frozenset(name for name, value in given.items() if not _is_nothing(value))


def _is_nothing(value: Any) -> bool:
    return value is None or value is False or (isinstance(value, list | tuple) and not value)


def _reducers(builder: Any) -> Mapping[str, Any]:
    found = {key: reducer_of(channel) for key, channel in builder.channels.items()}
    return {key: reducer for key, reducer in found.items() if reducer is not None}


def _handled(builder: Any, key: str) -> str | None:
    """The node whose errors this one handles."""
    for name, spec in builder.nodes.items():
        if getattr(spec, "error_handler_node", None) == key:
            return str(name)
    return None


def _is_handler(spec: Any) -> bool:
    return bool(getattr(spec, "is_error_handler", False))


def _bound(graph: Any) -> int | None:
    """The limit of steps that `with_config` has set."""
    config = getattr(graph, "config", None)
    found = config.get("recursion_limit") if isinstance(config, dict) else None
    return found if isinstance(found, int) else None


def _name(graph: Any, name: str) -> str:
    given = getattr(graph, "name", None)
    return given if isinstance(given, str) and given != "LangGraph" else name


def _source(places: Places) -> Any:
    place: Place | None = places.made() or places.compiling()
    return place.source if place is not None else None


def _refuse_our_names(builder: Any, graph: str) -> None:
    taken = [name for name in builder.nodes if name in (START, END)]
    if taken:
        message = f"a node named {taken[0]!r} cannot be told from the start or the end"
        raise DeclarationError([Problem(message, where=graph)])
