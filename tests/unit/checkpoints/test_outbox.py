"""Writes that are under way at the same time: sent together, acknowledged one by one, none lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from checkpoints.calls import Call, script
from checkpoints.errors import RedisRefusedError, RedisUnreachableError
from checkpoints.lines import Lines, Parcel, State, hand_out, merged
from checkpoints.outbox import AsyncOutbox, Outbox


def call(thread: str, *orders: int, can_wait: bool = False, fence: str = "") -> Call:
    return Call(script("write"), (thread,), ("2", fence, 0, *orders), 3, can_wait)


class Waiting(RuleBasedStateMachine):
    """Lines as they may be used, in any order: each call is sent once, by one leader at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = Lines()
        self.parcels: list[Parcel] = []
        self.woken: set[int] = set()
        self.sending: dict[tuple[object, ...], tuple[Parcel, list[Parcel]]] = {}
        self.sent: list[int] = []
        self.left: set[int] = set()
        self.count = 0

    def of(self, *states: State) -> list[Parcel]:
        return [p for p in self.parcels if p.state in states and self.number(p) not in self.left]

    @staticmethod
    def number(parcel: Parcel) -> int:
        return int(parcel.call.arguments[-1])

    @rule(thread=st.sampled_from("abc"), can_wait=st.booleans(), fence=st.sampled_from(["", "1"]))
    def join(self, thread: str, can_wait: bool, fence: str) -> None:
        number = self.count = self.count + 1
        one = call(thread, number, can_wait=can_wait, fence=fence)
        self.parcels.append(self.lines.join(one, lambda: self.woken.add(number)))

    @precondition(lambda self: self.of(State.WAITS))
    @rule(data=st.data())
    def linger_is_over(self, data: st.DataObject) -> None:
        parcel = data.draw(st.sampled_from(self.of(State.WAITS)))
        if parcel.lingers:
            self.lines.lingered(parcel)

    @precondition(lambda self: self.of(State.LEADS))
    @rule(data=st.data())
    def go(self, data: st.DataObject) -> None:
        leader = data.draw(st.sampled_from(self.of(State.LEADS)))
        assert leader.key not in self.sending
        self.sending[leader.key] = leader, self.lines.take(leader)

    @precondition(lambda self: self.sending)
    @rule(data=st.data(), fate=st.sampled_from(["ok", "down", "refused", "interrupted"]))
    def come_back(self, data: st.DataObject, fate: str) -> None:
        key = data.draw(st.sampled_from(sorted(self.sending, key=str)))
        leader, taken = self.sending.pop(key)
        whole = merged(taken)
        assert whole.arguments[:3] == leader.call.arguments[:3]
        assert list(whole.arguments[3:]) == [self.number(one) for one in taken]
        error: BaseException | None = {
            "ok": None,
            "down": RedisUnreachableError("here", "why"),
            "refused": RedisRefusedError("here", "why"),
            "interrupted": KeyboardInterrupt(),
        }[fate]
        hand_out(taken, leader, ["OK"], error)
        self.lines.hand_on(leader)
        for one in taken:
            if one is not leader:
                assert self.number(one) in self.woken
                assert (one.error is not None, one.again) == (
                    fate == "down",
                    fate in {"refused", "interrupted"},
                )
        self.sent += [self.number(one) for one in taken]

    @precondition(lambda self: self.of(State.WAITS, State.LEADS))
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        parcel = data.draw(st.sampled_from(self.of(State.WAITS, State.LEADS)))
        self.lines.leave(parcel)
        self.left.add(self.number(parcel))

    @invariant()
    def nobody_is_forgotten(self) -> None:
        """Whoever waits has a leader, or a time of its own to wait for."""
        led = {one.key for one in self.of(State.LEADS)} | set(self.sending)
        for one in self.of(State.WAITS):
            assert one.key in led or any(
                other.lingers for other in self.of(State.WAITS) if other.key == one.key
            )

    @invariant()
    def nothing_is_sent_twice(self) -> None:
        assert len(self.sent) == len(set(self.sent))
        assert not self.left.intersection(self.sent)

    def teardown(self) -> None:
        """Everyone comes through in the end, and nothing is left behind."""
        while waiting := self.of(State.WAITS, State.LEADS):
            for key in list(self.sending):
                leader, taken = self.sending.pop(key)
                self.sent += [self.number(one) for one in taken]
                self.lines.hand_on(leader)
            for one in waiting:
                if one.state is State.WAITS and one.lingers:
                    self.lines.lingered(one)
            for one in self.of(State.LEADS):
                self.sending[one.key] = one, self.lines.take(one)
        for leader, taken in self.sending.values():
            self.sent += [self.number(one) for one in taken]
            self.lines.hand_on(leader)
        numbers = {self.number(one) for one in self.parcels}
        assert numbers == {*self.sent, *self.left}
        assert not self.lines._lines  # that nothing piles up is the point


TestWaiting = Waiting.TestCase


class Gate:
    """A server that answers when it is let."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.came = threading.Semaphore(0)
        self.open = threading.Semaphore(0)
        self.errors: list[BaseException] = []

    def send(self, one: Call) -> Any:
        self.calls.append(one.arguments[3:])
        self.came.release()
        self.open.acquire()
        if self.errors:
            raise self.errors.pop(0)
        return [b"OK", len(self.calls)]


def waits(outbox: Any, many: int) -> bool:
    """Whether that many stand in line."""
    return any(len(line.waiting) == many for line in outbox._lines._lines.values())


def until(true: Callable[[], bool]) -> None:
    signal = threading.Event()
    while not true():
        signal.wait(0.001)


def test_what_comes_while_a_call_is_under_way_goes_out_with_the_next() -> None:
    gate = Gate()
    outbox = Outbox(gate.send)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(outbox.deliver, call("a", 1))
        gate.came.acquire()
        rest = [pool.submit(outbox.deliver, call("a", n)) for n in (2, 3, 4)]
        elsewhere = pool.submit(outbox.deliver, call("b", 5))
        gate.came.acquire()
        until(lambda: waits(outbox, 3))
        gate.open.release(3)
        assert [one.result()[0] for one in (first, *rest, elsewhere)] == [b"OK"] * 5
    assert sorted(map(len, gate.calls)) == [1, 1, 3]
    assert sorted(n for one in gate.calls for n in one) == [1, 2, 3, 4, 5]


def test_an_error_reaches_everyone_whose_call_it_was() -> None:
    gate = Gate()
    gate.errors.append(RedisUnreachableError("here", "cut"))
    outbox = Outbox(gate.send)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(outbox.deliver, call("a", 1))
        gate.came.acquire()
        rest = [pool.submit(outbox.deliver, call("a", n)) for n in (2, 3)]
        until(lambda: waits(outbox, 2))
        gate.errors.append(RedisUnreachableError("here", "cut again"))
        gate.open.release(2)
        with pytest.raises(RedisUnreachableError, match=r"cut$"):
            first.result()
        for one in rest:
            with pytest.raises(RedisUnreachableError, match="cut again"):
                one.result()
    gate.open.release()
    assert outbox.deliver(call("a", 9))[0] == b"OK"


def test_what_redis_refuses_together_is_tried_one_by_one() -> None:
    gate = Gate()
    outbox = Outbox(gate.send)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(outbox.deliver, call("a", 1))
        gate.came.acquire()
        rest = [pool.submit(outbox.deliver, call("a", n)) for n in (2, 3)]
        until(lambda: waits(outbox, 2))
        gate.open.release()
        assert first.result()[0] == b"OK"
        gate.errors.append(RedisRefusedError("here", "too large"))
        gate.open.release(3)
        assert [one.result()[0] for one in rest] == [b"OK"] * 2
    assert sorted(map(len, gate.calls)) == [1, 1, 1, 2]


def test_tasks_of_one_loop_share_a_call_and_a_cancelled_one_holds_nobody_up() -> None:
    async def main() -> list[tuple[Any, ...]]:
        calls: list[tuple[Any, ...]] = []
        gate = asyncio.Semaphore(0)

        async def send(one: Call) -> Any:
            calls.append(one.arguments[3:])
            await gate.acquire()
            return [b"OK"]

        outbox = AsyncOutbox(send)
        tasks = [asyncio.ensure_future(outbox.deliver(call("a", n))) for n in range(5)]
        while not waits(outbox, 4):
            await asyncio.sleep(0)
        tasks[2].cancel()
        tasks[0].cancel()
        while len(calls) < 2:
            await asyncio.sleep(0)
        gate.release()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(one).__name__ for one in found] == [
            "CancelledError",
            "list",
            "CancelledError",
            "list",
            "list",
        ]
        return calls

    assert asyncio.run(main()) == [(0,), (1, 3, 4)]


def test_writes_that_nobody_joins_stop_waiting_until_there_is_company() -> None:
    sent: list[tuple[Any, ...]] = []

    def send(one: Call) -> Any:
        sent.append(one.arguments[3:])
        return [b"OK"]

    outbox = Outbox(send)
    outbox.deliver(call("a", 1, can_wait=True))
    lines = outbox._lines
    alone = lines.join(call("a", 2, can_wait=True), lambda: None)
    assert (alone.lingers, alone.state) == (False, State.LEADS)
    company = lines.join(call("a", 3), lambda: None)
    assert [p.call.arguments[-1] for p in lines.take(alone)] == [2, 3]
    assert company.state is State.TAKEN
    lines.hand_on(alone)
    assert lines.join(call("a", 4, can_wait=True), lambda: None).lingers
