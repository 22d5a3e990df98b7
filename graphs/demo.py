"""What agentgraph does, shown in less than a minute: `make demo`, or `python -m graphs.demo`.

It types the commands that a newcomer would type, and shows what they answer: check, draw,
three questions on a real Redis, and a run that is killed in the middle and gone on with.
Nothing leaves this machine. The one thing that is not the command line is the parcel carrier,
which stays silent so that there is a middle in which to kill.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from subprocess import PIPE
from types import MappingProxyType
from typing import NoReturn

from graphs.shop.carrier import CarrierServer, Mood

HERE = Path(__file__).parents[1]
ORDERS = "graphs/order_processing.py"
DOCUMENTS = "graphs/answer_with_sources.py"
PATIENCE = 20.0
"""Seconds that any one command may take."""
NOTHING: Mapping[str, str] = MappingProxyType({})


def main() -> None:
    began = time.monotonic()
    thread = f"demo-{time.strftime('%Y%m%d-%H%M%S')}"
    check_and_draw()
    ask_three_questions(thread)
    kill_and_go_on(f"{thread}-parcel")
    say(f"\nDone in {time.monotonic() - began:.0f} s. Your turn: README.md")


def check_and_draw() -> None:
    heading("Check: do the contracts fit? Nothing has run yet")
    command("check", "graphs/")
    heading("Draw: what will run")
    command("draw", ORDERS)


def ask_three_questions(thread: str) -> None:
    heading("Run: three questions, remembered in a Redis of the project's own")
    ask(ORDERS, f"{thread}-status", query="Where is my order 1001?", customer_id="C-17")
    ask(
        ORDERS,
        f"{thread}-refund",
        query="My vase from order 1007 arrived in pieces, I want a refund.",
        customer_id="C-42",
        channel="sms",
    )
    ask(DOCUMENTS, f"{thread}-docs", question="Can a join hang?")


def kill_and_go_on(thread: str) -> None:
    heading("Crash: the run is killed while it waits for a carrier that is silent")
    with CarrierServer(delay=PATIENCE) as carrier:
        world = {"CARRIER_URL": carrier.url}
        run = ("run", ORDERS, "--thread", thread, "--stream")
        question = {"query": "When will my parcel arrive?", "customer_id": "C-17"}
        running = start(*run, "--input", json.dumps(question), piped=True, world=world)
        wait_until_asked(carrier, running)
        running.kill()
        _, events = running.communicate()
        before = finished_agents(events)
        say(f"killed: kill -9 {running.pid}")
        carrier.mood = Mood()
        heading("Resume: the same thread, no input")
        output, events = finish(start(*run, piped=True, world=world))
    after = finished_agents(events)
    say(json.loads(output)["reply"])
    heading("Proof: what had finished did not run again")
    compare_runs(before, after)
    command("history", thread)


def finished_agents(events: str) -> list[str]:
    """The agents that finished, from the lines of `--stream`; a killed run's last one may be half."""
    whole = [line for line in events.splitlines(keepends=True) if line.endswith("\n")]
    lines = [json.loads(line) for line in whole if line.startswith("{")]
    return [event["agent"] for event in lines if event["kind"] == "agent_finished"]


def compare_runs(before: list[str], after: list[str]) -> None:
    """Show who finished in which process. SystemExit: not every agent did exactly once."""
    say(f"  before the crash: {', '.join(before)}")
    say(f"  after it:         {', '.join(after)}")
    if [*before, *after] != ["classify_intent", "ask_carrier", "compose_reply"]:
        give_up("every agent should have finished exactly once")


def ask(target: str, thread: str, **question: str) -> None:
    text = json.dumps(question, ensure_ascii=False)
    command("run", target, "--thread", thread, "--input", text)


def wait_until_asked(carrier: CarrierServer, running: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not carrier.asked:
        if running.poll() is not None or time.monotonic() > deadline:
            running.kill()
            give_up("the run ended before it could be killed")
        time.sleep(0.01)


def command(*words: str, world: Mapping[str, str] = NOTHING) -> None:
    """Show a command and run it. SystemExit: it failed, or took too long."""
    finish(start(*words, world=world))


def start(
    *words: str, piped: bool = False, world: Mapping[str, str] = NOTHING
) -> subprocess.Popen[str]:
    """Show a command and start it, with `world` added to the environment.

    Where it is `piped`, what it tells is ours to read and not shown.
    """
    say(f"\n$ {shlex.join(['agentgraph', *words])}")
    return subprocess.Popen(  # noqa: S603  # the words stand in this file
        [sys.executable, "-m", "agentgraph", *words],
        cwd=HERE,
        env={**os.environ, **world},
        stdout=PIPE if piped else None,
        stderr=PIPE if piped else None,
        text=True,
    )


def finish(running: subprocess.Popen[str]) -> tuple[str, str]:
    """What a command told on stdout and stderr. SystemExit: it failed, or took too long."""
    try:
        output, events = running.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        running.kill()
        give_up(f"that took more than {PATIENCE:.0f} s")
    if running.returncode != 0:
        give_up(f"that was not meant to fail (exit code {running.returncode})")
    return output or "", events or ""


def heading(text: str) -> None:
    say(f"\n== {text} ==")


def say(text: str) -> None:
    print(text, flush=True)


def give_up(why: str) -> NoReturn:
    sys.exit(f"\nThe demo did not go as it should: {why}")


if __name__ == "__main__":
    main()
