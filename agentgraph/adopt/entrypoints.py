"""LangGraph's graphs that are functions (`@entrypoint`): one node, which is the function."""

from __future__ import annotations

from typing import Any

from agentgraph.adopt.adopted import Adopted, NodeFacts
from agentgraph.adopt.functions import carried_by
from agentgraph.adopt.schemas import schema_facts
from agentgraph.errors import DeclarationError, Problem
from agentgraph.model.agent import AgentSpec
from agentgraph.model.contract import ANYTHING
from agentgraph.model.graph import END, START, EdgeSpec, GraphSpec, Interface
from agentgraph.model.plan import Go, Node, Plan


def adopt_entrypoint(graph: Any, name: str) -> Adopted:
    """The function as a graph of one node. DeclarationError: it is no entrypoint."""
    if len(graph.nodes) != 1:
        message = f"{type(graph).__name__} is not a LangGraph state graph"
        raise DeclarationError([Problem(message, where=name)])
    ((key, node),) = graph.nodes.items()
    carried = carried_by(node.bound)
    body = carried.body if carried is not None else None
    source = body.source if body is not None else None
    agent = AgentSpec(name=key, kind="function", output=ANYTHING, source=source)
    ways = (
        EdgeSpec(sources=(START,), target=key, source=source),
        EdgeSpec(sources=(key,), target=END, source=source),
    )
    nothing = schema_facts(object)
    spec = GraphSpec(
        name=key or name,
        input=Interface(contract=ANYTHING, ports=()),
        output=Interface(contract=ANYTHING, ports=()),
        state=(),
        agents=(agent,),
        ways=ways,
        source=source,
    )
    plan = Plan(
        graph=spec.name,
        start=(Go(target=key, way=0, source=source),),
        nodes=(
            Node(name=key, agent=key, exits=(Go(target=END, way=1, source=source),), source=source),
        ),
    )
    facts = NodeFacts(name=key, place=None, body=body, takes=nothing)
    return Adopted(
        spec=spec,
        plan=plan,
        nodes={key: facts},
        branches=(),
        state=nothing,
        input=nothing,
        output=nothing,
        keys=frozenset(),
        managed=frozenset(),
        reducers={},
        edges={},
        joins={},
        compiled=True,
        arguments=frozenset({"checkpointer"} if graph.checkpointer else ()),
    )
