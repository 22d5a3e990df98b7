"""A fault that the interpreter has found, brought about on real LangGraph."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import GraphRecursionError, InvalidUpdateError

from agentgraph.compile.door import ContractGraph
from agentgraph.compile.graph import _compiled
from agentgraph.compile.nodes import Surroundings
from agentgraph.compile.route_error import RouteError
from agentgraph.declare.graph import Graph
from agentgraph.errors import ContractViolation
from agentgraph.observe.events import AgentFailed, Event
from tests.properties.check_exploring import Turn
from tests.properties.check_reducers import Table, of_two
from tests.properties.check_values import outputs_of, values_of
from tests.properties.check_worlds import Act, Fault, World

ERRORS: Mapping[str, tuple[type[Exception], ...]] = {
    "absent": (ContractViolation, RouteError),
    "misfit": (ContractViolation, RouteError),
    "no branch": (RouteError,),
    "clash": (InvalidUpdateError,),
    "no output": (ContractViolation,),
    "bad output": (ContractViolation,),
}


class Left(BaseException):
    """The turn is left here. No failure edge takes over, for it is no error of an agent's."""


class GaveUp(Exception):
    """An agent fails, as the script says."""


class Script:
    """Agents that do what one turn's script says, and then leave the turn, or (`to_the_end`) anything."""

    def __init__(self) -> None:
        self.acts: dict[str, deque[tuple[Mapping[str, Any] | None, Act, Table]]] = {}
        self.table: Table = {}
        self.said: dict[str, deque[Any]] = {}
        self.to_the_end = False
        self.world: World | None = None
        self.refused: list[str] = []

    def listen(self, event: Event) -> None:
        if isinstance(event, AgentFailed) and "GaveUp" not in event.error:
            self.refused.append(event.error)

    def load(self, world: World, turn: Turn, *, last: bool) -> None:
        """Make ready for a turn."""
        self.world, self.to_the_end = world, last
        self.acts, self.said = {}, {}
        names = {
            e.way: e.on or ""
            for exits in (world.plan.start, *(node.exits for node in world.plan.nodes))
            for e in exits
            if e.kind == "choose" and e.by == "function"
        }
        for way, said in turn.begin.answers:
            self.said.setdefault(names[way], deque()).append(said)
        self.table = turn.tables[0]
        for step, table in zip(turn.steps, turn.tables[1:], strict=True):
            for (node, given), act in step:
                self.acts.setdefault(node, deque()).append((given, act, table))
                for way, said in act.answers:
                    self.said.setdefault(names[way], deque()).append(said)

    def act(self, agent: str, given: dict[str, Any]) -> Any:
        waiting = self.acts.get(agent, deque())
        for entry in waiting:
            payload, act, table = entry
            if payload is None or all(
                payload[field][0] == value for field, value in given.items() if field in payload
            ):
                waiting.remove(entry)
                self.table = table
                if act.fails:
                    raise GaveUp
                return act.output
        if not self.to_the_end:
            raise Left
        assert self.world is not None
        return outputs_of(self.world.spec.agent(agent))[0]

    def reduce(self, old: Any, new: Any) -> Any:
        # Those that run at one moment have all begun before what they write is put together.
        return self.table.get(of_two(old, new), old)

    def answer(self, function: str, given: dict[str, Any]) -> Any:
        waiting = self.said.get(function)
        if waiting:
            return waiting.popleft()
        assert self.world is not None
        route = next(w for w in self.world.spec.ways if w.kind == "route" and w.on == function)
        assert route.returns is not None
        return values_of(route.returns)[0]


def unchecked(graph: Graph, script: Script | None = None) -> ContractGraph:
    """The graph on LangGraph, past the check: to show that what it refuses goes wrong."""
    surroundings = Surroundings({}, script.listen if script else None)
    return _compiled(graph, "", surroundings, checkpointer=InMemorySaver() if script else None)


def happens(graph: Graph, script: Script, world: World, turns: list[Turn], fault: Fault) -> bool:
    """Whether the fault comes about on LangGraph, where these turns are played."""
    app = unchecked(graph, script)
    config: RunnableConfig = {
        "configurable": {"thread_id": "t"},
        "recursion_limit": 60,
        "max_concurrency": 1,
    }
    for turn in turns:
        script.load(world, turn, last=turn is turns[-1])
        script.refused.clear()
        try:
            app.invoke(dict(turn.begin.given), config)
        except (Left, GraphRecursionError):
            # What was to happen may have happened behind a failure edge, which then led on.
            continue
        except ERRORS[fault.kind]:
            return turn is turns[-1]
    return bool(script.refused) and fault.kind in ("absent", "misfit")
