"""Clean graphs on real LangGraph: what each run saw, and who had written it, step by step.

Each turn is streamed, and played once more by the interpreter with the very outputs of the real
agents. The two must agree on who runs when and on every value; the interpreter adds who wrote it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.errors import GraphRecursionError

from agentgraph.compile.door import ContractGraph
from agentgraph.lower.refusals import RESERVED_KEY
from agentgraph.model.agent import AgentSpec
from agentgraph.model.graph import GraphSpec
from agentgraph.observe.events import AgentFailed, AgentFinished, Event
from tests.properties.check_exploring import Seen
from tests.properties.check_values import outputs_of, values_of
from tests.properties.check_worlds import Act, Answers, Begin, Known, Moment, Run, World

STEPS = 60


class GaveUp(Exception):
    """A body fails where a failure edge takes over."""


class Abandoned(Exception):
    """A body fails where nothing takes over, so that the turn is left there."""


class Troupe:
    """The agents of a graph: each keeps its contract, and is else as random as it can be.

    `crash_at` is the number of the call, from 0, that leaves the turn. Those of `settled` have
    a failure edge behind them, which is why no turn is left there.
    """

    def __init__(self, random: Random) -> None:
        self.random = random
        self.outputs: dict[str, list[Any]] = {}
        self.answers: dict[str, list[Any]] = {}
        self.settled: set[str] = set()
        self.said: dict[str, deque[Any]] = {}
        self.crash_at: int | None = None
        self.calls = 0

    def know(self, spec: GraphSpec, *, settled: bool = False) -> None:
        """Take the parts of a graph, and of those within it."""
        failing = {
            source for way in spec.ways if way.kind == "edge" and way.on_failure
            for source in way.sources
        }  # fmt: skip
        for agent in spec.agents:
            takes_over = settled or agent.name in failing
            if agent.graph is not None:
                self.know(agent.graph, settled=takes_over)
                continue
            self.outputs[agent.name] = outputs_of(agent)
            if takes_over:
                self.settled.add(agent.name)
        for way in spec.ways:
            if way.kind == "route" and way.by == "function" and way.on and way.returns:
                self.answers[way.on] = values_of(way.returns)

    def act(self, agent: str, given: dict[str, Any]) -> Any:
        call, self.calls = self.calls, self.calls + 1
        if agent in self.settled:
            if self.random.random() < 0.3:
                raise GaveUp
        elif self.crash_at is not None and call >= self.crash_at:
            raise Abandoned
        return self.random.choice(self.outputs[agent])

    def answer(self, function: str, given: dict[str, Any]) -> Any:
        said = self.random.choice(self.answers[function])
        self.said.setdefault(function, deque()).append(said)
        return said

    def reduce(self, old: Any, new: Any) -> Any:
        return max(old, new)


@dataclass
class Task:
    """One run of a node on LangGraph: what it was given, and which fields it wrote."""

    node: str
    given: Mapping[str, Any]
    wrote: Mapping[str, Any] = field(default_factory=dict)


class Stage:
    """One thread of a compiled graph, and the interpreter beside it."""

    def __init__(self, spec: GraphSpec, troupe: Troupe) -> None:
        self.world = World(spec)
        self.troupe = troupe
        self.seen = Seen()
        self.counts: Counter[str] = Counter()
        self.ends: dict[str, deque[Event]] = {}
        self.held: dict[str, Known] = {}
        self.values: dict[str, Any] | None = None
        self._at: Moment | None = None
        self.config: RunnableConfig = {
            "configurable": {"thread_id": "t"},
            "recursion_limit": STEPS,
            "max_concurrency": 1,
        }

    def listen(self, event: Event) -> None:
        """The compiled graph's sink."""
        if isinstance(event, AgentFinished | AgentFailed) and "." not in event.agent:
            self.ends.setdefault(event.agent, deque()).append(event)
        if isinstance(event, AgentFailed):
            named = ("GaveUp", "Abandoned")
            assert any(name in event.error for name in named), f"{event.agent}: {event.error}"

    def turn(self, app: ContractGraph, given: Mapping[str, Any], crash_at: int | None) -> None:
        """One turn, to its end or to where it is left. AssertionError: the theorem does not hold."""
        troupe = self.troupe
        troupe.crash_at, troupe.calls = crash_at, 0
        troupe.said.clear()
        self.ends.clear()
        self.counts["turns"] += 1
        # LangGraph tells of no values while all that changed is that fields became empty.
        self._at = self.values = None
        try:
            for tasks in self._steps(app, given):
                self._at = self._follow(self._now(given), tasks)
        except Abandoned:
            self.counts["abandoned"] += 1
        except GraphRecursionError:
            self.counts["stopped by the step limit"] += 1
        else:
            self._ended(app, self._now(given))
        left = self._now(given).state
        self.held = {f: left[f] for f in sorted(self.world.kept) if f in left}

    def _steps(self, app: ContractGraph, given: Mapping[str, Any]) -> Iterator[list[Task]]:
        """Superstep by superstep, once each is over; the state after it is in `values`."""
        tasks: dict[str, Task] = {}
        open_tasks = 0
        for mode, chunk in app.stream(dict(given), self.config, stream_mode=["tasks", "values"]):
            if mode == "values":
                self.values = chunk
                if tasks and not open_tasks:
                    yield list(tasks.values())
                    tasks = {}
            elif "result" in chunk:
                tasks[chunk["id"]].wrote = chunk["result"]
                open_tasks -= 1
            else:
                if tasks and not open_tasks:
                    yield list(tasks.values())
                    tasks = {}
                tasks[chunk["id"]] = Task(chunk["name"], chunk["input"])
                open_tasks += 1
        if tasks:
            yield list(tasks.values())

    def _now(self, given: Mapping[str, Any]) -> Moment:
        """Where the turn stands: after START's work, before anything else has been followed."""
        if self._at is None:
            begin = Begin(given, self._answers("START"))
            self._at = self.world.first(begin, self.held)
        return self._at

    def _follow(self, moment: Moment, tasks: list[Task]) -> Moment:
        """The moment after these tasks. That before them is held against what they were given."""
        runs = self._matched(moment, tasks)
        self.seen.look(moment)
        moment.live = [run for run, _ in runs]
        acts = [self._act(run, task) for run, task in runs]
        self.counts["steps"] += 1
        after = self.world.step(moment, acts)
        plain = {name: value for name, (value, _) in after.state.items()}
        assert self.values in (None, plain), f"{plain} was expected, and is {self.values}"
        return after

    def _matched(self, moment: Moment, tasks: list[Task]) -> list[tuple[Run, Task]]:
        """Each task with the run that it is; none is left over on either side."""
        left = list(moment.live)
        found = []
        for task in tasks:
            run = next((run for run in left if self._is(run, task, moment)), None)
            assert run is not None, f"{task} runs, and {left} were expected"
            left.remove(run)
            found.append((run, task))
        assert not left, f"{left} were expected to run, too"
        return found

    def _is(self, run: Run, task: Task, moment: Moment) -> bool:
        node, given = run
        if node != task.node or (given is not None) != (RESERVED_KEY in task.given):
            return False
        view = moment.state if given is None else given
        reads = {read.field for read in self.world.agents[node].reads}
        expected = {f: view[f][0] for f in reads if f in view}
        return expected == {f: v for f, v in task.given.items() if f != RESERVED_KEY}

    def _act(self, run: Run, task: Task) -> Act:
        node, given = run
        ended = self.ends[node].popleft()
        if isinstance(ended, AgentFailed):
            return Act(fails=True)
        agent = self.world.agents[node]
        return Act(_output(agent, given, task.wrote), answers=self._answers(node))

    def _answers(self, node: str) -> Answers:
        exits = self.world.plan.start if node == "START" else self.world.plan.node(node).exits
        asked = [e for e in exits if e.kind == "choose" and e.by == "function"]
        return tuple((e.way, self.troupe.said[e.on or ""].popleft()) for e in asked)

    def _ended(self, app: ContractGraph, moment: Moment) -> None:
        """A turn that is over: nothing runs or waits, and its output is what was promised."""
        assert not moment.live, f"{moment.live} were expected to run"
        output = self.world.spec.output.ports
        values = app.get_state(self.config).values if self.values is None else self.values
        app.hold_output({p.field: values[p.field] for p in output if p.field in values})
        found: Any = app.checkpointer.get_tuple(self.config)  # type: ignore[union-attr]
        waiting = [
            (name, value)
            for name, value in found.checkpoint["channel_values"].items()
            if name.startswith("join:") and value and value.get("arrived")
        ]
        assert not waiting, f"{waiting} still wait"
        assert not app.get_state(self.config).next
        self.seen.ends.append(moment.state)
        self.counts["completed"] += 1


def _output(agent: AgentSpec, given: Mapping[str, Any] | None, wrote: Mapping[str, Any]) -> Any:
    """What the agent handed out, told by what was written."""
    if given is not None:
        (made,) = wrote[given["->"]]
        if len(agent.writes) == 1 and agent.writes[0].key is None:
            return made
        return {w.key: made[w.field] for w in agent.writes if w.field in made}
    if agent.writes and agent.writes[0].key is None:
        return wrote[agent.writes[0].field]
    return {write.key: wrote[write.field] for write in agent.writes if write.field in wrote}
