"""For any schedule of failures, retries, fallbacks and crashes, a call's journal stays consistent.

A body is drawn as a program: steps one after the other, then chains of them side by side, some of
them caught when they fail. What becomes of each execution is drawn, too: it works, it fails, or the
process dies before, while or after it is recorded. The call is gone on with until it ends, as
`resume_graph` does it, by a new recorder on the same journal.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from agentgraph import Context, Retry, agent, tool
from agentgraph.call.drive import adrive, drive
from agentgraph.call.pipeline import call_agent
from agentgraph.call.prepared import prepare
from agentgraph.call.recorder import CallEnded, Recorder
from agentgraph.call.services import Services
from agentgraph.model.policy import Policies
from agentgraph.remember.in_memory import InMemoryJournal
from agentgraph.remember.records import StepRecord, record_of
from tests.unit.call.recording import DiedError

HUNT = int(os.environ.get("AGENTGRAPH_HUNT", "1"))
PLACE = "lineage/1:body"


@dataclass(frozen=True)
class Step:
    """One step of a program: an async tool, a blocking one, or a function; `caught`: its failure is."""

    kind: str
    argument: int
    caught: bool


Chain = tuple[Step, ...]


@dataclass(frozen=True)
class Program:
    """`own` runs first, then `chains`; `fallback` stands in where all attempts have failed.

    `alike`: what a step asks for does not say which chain it is of.
    """

    own: Chain
    chains: tuple[Chain, ...]
    attempts: int
    fallback: Chain | None
    alike: bool

    def name(self, chain: object) -> str:
        return "any" if self.alike else str(chain)


steps = st.builds(Step, st.sampled_from("abc"), st.integers(0, 1), st.booleans())
chains = st.lists(steps, max_size=4).map(tuple)
programs = st.builds(
    Program,
    chains,
    st.lists(chains, max_size=3).map(tuple),
    st.integers(1, 3),
    st.none() | chains,
    st.booleans(),
)
fates = st.lists(
    st.sampled_from(
        ["works", "fails", "dies before", "dies in flight", "dies recorded", "fails and dies"]
    ),
    max_size=40,
)


@dataclass
class Outside:
    """The world that steps act on, with its fates; and the journal, as the process that lives now has it."""

    fates: list[str]
    journal: InMemoryJournal = field(default_factory=InMemoryJournal)
    executed: list[tuple[str, str]] = field(default_factory=list)
    worked: Counter[str] = field(default_factory=Counter)
    recorded: dict[str, int] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    deaths: int = 0
    failures: int = 0
    closed: bool = False
    strict: bool = True

    def act(self, life: Life, what: str, key: str) -> int:
        """Execute a step: a number that no other execution gives."""
        life.check()
        assert key not in self.recorded or not self.strict, "what was recorded is executed again"
        assert not self.closed, "nothing is left to do"
        fate = self.fates.pop(0) if self.fates else "works"
        if fate == "dies before":
            life.die()
        self.executed.append((what, key))
        if fate.startswith("fails"):
            self.failures += 1
            life.dies_recorded = life.dies_recorded or fate == "fails and dies"
            raise ValueError(f"{what} failed")
        self.worked[key] += 1
        if fate == "dies in flight":
            life.die()
        life.dies_recorded = life.dies_recorded or fate == "dies recorded"
        return len(self.executed)


class Life(InMemoryJournal):
    """One process: a journal of its own to the same records, which nothing writes once it is dead."""

    def __init__(self, outside: Outside) -> None:
        super().__init__()
        self.outside = outside
        self.dead = self.dies_recorded = False
        self._writing = threading.Lock()

    def die(self) -> None:
        with self._writing:
            self.dead = True
            self.outside.deaths += 1
        raise DiedError

    def check(self) -> None:
        if self.dead:
            raise DiedError

    def record(self, thread: str, place: str, key: str, payload: bytes) -> bytes:
        with self._writing:
            self.check()
            before = self.outside.journal.read(thread, place)
            found = self.outside.journal.record(thread, place, key, payload)
            record = record_of(payload)
            if key not in before and isinstance(record, StepRecord):
                self.outside.order.append(key)
                if record.error is None and record.kind != "random":
                    number = int(record.result)
                    self.outside.recorded[self.outside.executed[number - 1][1]] = number
        if self.dies_recorded:
            self.die()
        return found

    def read(self, thread: str, place: str) -> dict[str, bytes]:
        return self.outside.journal.read(thread, place)


@tool
async def later(ctx: Context[Any], argument: int, where: str) -> int:
    await asyncio.sleep(0)
    return act(ctx, f"later {argument} {where}")


@tool
def now(ctx: Context[Any], argument: int, where: str) -> int:
    return act(ctx, f"now {argument} {where}")


def act(ctx: Context[Any], what: str) -> int:
    outside, life = ctx.context
    made: int = outside.act(life, what, ctx.idempotency_key)
    return made


async def taken(ctx: Context[Any], step: Step, where: str) -> str:
    try:
        if step.kind == "a":
            return str(await later(step.argument, where))
        if step.kind == "b":
            return str(now(step.argument, where))

        async def own(_: int) -> int:
            await asyncio.sleep(0)
            return act(ctx, f"own {step.argument} {where}")

        luck = ctx.random()
        return f"{await ctx.step(f'own {where}', own, step.argument)} {luck}"
    except ValueError:
        if not step.caught:
            raise
        return "caught"


async def chain(ctx: Context[Any], steps: Chain, where: str) -> list[str]:
    return [await taken(ctx, step, where) for step in steps]


def taken_now(ctx: Context[Any], step: Step, where: str) -> str:
    """`taken` by a blocking body."""
    try:
        if step.kind == "c":
            luck = ctx.random()
            what = f"own {step.argument} {where}"
            return f"{ctx.step(f'own {where}', lambda _: act(ctx, what), step.argument)} {luck}"
        return str(now(step.argument, where))
    except ValueError:
        if not step.caught:
            raise
        return "caught"


def prepared(program: Program, *, awaited: bool) -> Any:
    async def aspare(ctx: Context[Any], n: int) -> str:
        return f"spare {await chain(ctx, program.fallback or (), program.name('spare'))}"

    async def abody(ctx: Context[Any], n: int) -> str:
        made = await chain(ctx, program.own, program.name("own"))
        beside = (chain(ctx, one, program.name(at)) for at, one in enumerate(program.chains))
        return f"{made} {await asyncio.gather(*beside)}"

    def spare(ctx: Context[Any], n: int) -> str:
        return f"spare {[taken_now(ctx, one, program.name('spare')) for one in program.fallback or ()]}"

    def body(ctx: Context[Any], n: int) -> str:
        whole = [(step, program.name("own")) for step in program.own]
        whole += [(step, program.name(at)) for at, one in enumerate(program.chains) for step in one]
        return str([taken_now(ctx, step, where) for step, where in whole])

    options: dict[str, Any] = {"tools": [later, now], "writes": "shown", "name": "body"}
    if program.attempts > 1:
        options["retry"] = Retry(attempts=program.attempts, wait=0, jitter=0)
    if program.fallback is not None:
        options["fallback"] = aspare if awaited else spare
    return prepare(agent(**options)(abody if awaited else body), "body", Policies())


def live(call: Any, outside: Outside, *, awaited: bool) -> str | None:
    """One process on the call: what it came to; None where it died, or the call failed for good."""
    life = Life(outside)
    services = Services(
        thread="t",
        place=lambda: PLACE,
        context=lambda: (outside, life),
        agent="body",
        recorder=Recorder(life, "t", PLACE, resumed=True),
    )
    carried_out = call_agent(call, {"n": 1}, services)
    try:
        made = asyncio.run(adrive(carried_out)) if awaited else drive(carried_out)
    except (DiedError, ValueError):
        return None
    except CallEnded as ended:
        raise ended.error from None
    finally:
        life.dead = True
    return str(made["shown"])


@settings(max_examples=200 * HUNT)
@given(program=programs, drawn=fates, awaited=st.booleans())
def test_the_journal_is_consistent(program: Program, drawn: list[str], awaited: bool) -> None:
    outside, call = Outside(list(drawn)), prepared(program, awaited=awaited)
    # What a chain of an attempt that is over has in flight may be recorded while the next one does it.
    again = program.attempts > 1 or program.fallback is not None
    outside.strict = not awaited or len(program.chains) < 2 or not again
    shown = None
    for _ in range(100):
        shown = shown or live(call, outside, awaited=awaited)
    assert shown is not None, "it never ends"
    outside.fates.clear()  # of chains, one may come further than it did before another had failed
    outside.closed = alone = not awaited or len(program.chains) < 2
    assert live(call, outside, awaited=awaited) == shown, "its records say it all"
    event(f"deaths {min(outside.deaths, 5)}, failures {min(outside.failures, 5)}")
    kept = {key: record_of(one) for key, one in outside.journal.read("t", PLACE).items()}
    check_keys(outside)
    check_results(outside, alone=alone)
    check_order(outside, {key: one for key, one in kept.items() if isinstance(one, StepRecord)})


def check_keys(outside: Outside) -> None:
    """No two steps share a key, and each has one: it counts only what differs in the program."""
    named: dict[str, set[str]] = {}
    for what, key in outside.executed:
        named.setdefault(key, set()).add(what)
    assert all(len(whats) == 1 for whats in named.values())


def check_results(outside: Outside, *, alone: bool) -> None:
    """No lost result and no double one: what worked is recorded once, or was in flight at a death."""
    for key, number in outside.worked.items():
        beside = (
            0 if alone else outside.failures
        )  # of chains, what comes after another has failed is too late
        assert number <= 1 + outside.deaths + beside, "paid twice"
        assert key in outside.recorded or outside.deaths + beside
    numbers = list(outside.recorded.values())
    assert len(set(numbers)) == len(numbers)


def check_order(outside: Outside, kept: dict[str, StepRecord]) -> None:
    """Each record stands behind the one that it follows, and took its time."""
    position = {key: at for at, key in enumerate(outside.order)}
    assert position.keys() == kept.keys(), "each was recorded once"
    for key, record in kept.items():
        assert record.start <= record.end
        before = kept.get(record.after)
        if before is not None and before.round == record.round:
            assert position[record.after] < position[key]
            assert before.end <= record.start
