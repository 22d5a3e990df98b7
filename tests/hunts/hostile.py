"""Schemas made to hurt, by the thousand: does anything hang, crash or fill the memory?

    python -m tests.hunts.hostile --minutes 10 [--seed 1]

Each input is a pair of schemas: known nuisances, put together and mutated (deep nesting, products
of unions, patterns, references in rings, keywords of the wrong type, numbers and texts at their
limits). All that the room answers is asked of it, in child processes that are watched: an input
has `PATIENCE` seconds of processor time, a child 200 MiB. The exit code is 1 where something was found; `pair_of(seed,
number)` makes the pair again that did it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import select
import subprocess
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import IO, Any

from agentgraph.contracts.describe import describe
from agentgraph.contracts.guards import covers, empty, narrow, overlap
from agentgraph.contracts.relation import compare
from agentgraph.contracts.validate import validator
from agentgraph.errors import SchemaError
from tests.hunts.nuisances import VALUES, Pair, pair_of

PATIENCE = 30.0
"""Seconds of processor time for one input, all its questions together."""
MOST = 200
"""MiB."""
LIFE = 100
"""Inputs that one child answers, so that what caches keep is counted too."""


def answers(pair: Pair) -> Counter[str]:
    """How each question about the pair ended. Whatever else is raised is a crash."""
    a, b = pair
    found: Counter[str] = Counter()
    for question in (
        lambda: compare(a, b).status,
        lambda: compare(b, a).status,
        lambda: compare(a, a).status,
        lambda: "covers " + covers(a, [b, {"type": "object"}]).covered,
        lambda: "overlap " + overlap(a, b).overlaps,
        lambda: "empty " + empty(narrow(a, b)).empty,
        lambda: f"described in {len(describe(a)) // 201}",
        lambda: _judged(a),
    ):
        try:
            found[question()] += 1
        except SchemaError:
            found["refused"] += 1
    return found


def _judged(schema: Any) -> str:
    known = validator(schema)
    for value in VALUES:
        assert bool(known.problems(value)) != known.is_valid(value), value
    return "judged"


def child(seed: int, first: int) -> None:
    """Answer `LIFE` inputs; a line to stdout for each, before the next begins."""
    for number in range(first, first + LIFE):
        begun = time.process_time()
        try:
            found = dict(answers(pair_of(seed, number)))
        except Exception as error:
            *_, last = traceback.extract_tb(error.__traceback__)
            found = {f"crash: {repr(error)[:200]} in {last.filename}:{last.lineno}": 1}
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        line = [number, found, round(time.process_time() - begun, 3), peak]
        print(json.dumps(line), flush=True)


def _answers_in_time(process: int, stream: IO[bytes]) -> bool:
    """Wait for a line of the process; False where it works for longer than that may take."""
    until = _worked(process) + PATIENCE
    while not select.select([stream], [], [], 1.0)[0]:
        if _worked(process) > until:
            return False
    return True


def _worked(process: int) -> float:
    """Seconds of processor time that the process has had: others on the machine cost it none."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Hunt:
    """What was seen so far."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.outcomes: Counter[str] = Counter()
        self.faults: list[str] = []
        self.times: list[float] = []
        self.slowest = (0.0, 0)
        self.peak = 0

    def run(self, until: float) -> None:
        first = 0
        while time.monotonic() < until:
            first = self.one_child(first, until)

    def one_child(self, first: int, until: float) -> int:
        """Watch one child to its end; the number to go on with."""
        command = [sys.executable, "-m", "tests.hunts.hostile"]
        command += ["--child", str(self.seed), str(first)]
        # No buffer of ours: what `select` does not see is not there yet.
        worker = subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0)
        stream = worker.stdout
        assert stream is not None
        number, heavy = first, False
        while number < first + LIFE and time.monotonic() < until:
            ready = _answers_in_time(worker.pid, stream)
            line = stream.readline() if ready else b""
            if not line:
                why = "ended the process" if ready else f"took more than {PATIENCE:.0f} s"
                self.fault(number, why)
                break
            number, found, seconds, peak = json.loads(line)
            self.note(number, found, seconds)
            if peak > MOST and not heavy:
                heavy = True  # one fault a process: its peak does not go down again
                self.fault(number, f"took the process to {peak} MiB")
            self.peak = max(self.peak, peak)
            number += 1
        worker.kill()
        worker.wait()
        stream.close()
        return number if number == first + LIFE else number + 1

    def note(self, number: int, found: dict[str, int], seconds: float) -> None:
        self.outcomes.update(found)
        self.times.append(seconds)
        self.slowest = max(self.slowest, (seconds, number))
        for outcome in found:
            if outcome.startswith("crash"):
                self.fault(number, outcome)

    def fault(self, number: int, why: str) -> None:
        self.faults.append(f"pair_of({self.seed}, {number}): {why}")
        print(self.faults[-1], flush=True)

    def report(self) -> None:
        times = sorted(self.times)
        late = [round(times[int(len(times) * part)], 3) for part in (0.5, 0.99)] + times[-1:]
        print(f"{len(times)} inputs, {sum(self.outcomes.values())} questions, seed {self.seed}")
        print("  " + ", ".join(f"{name}: {n}" for name, n in sorted(self.outcomes.items())))
        print(
            f"  seconds an input: median {late[0]}, p99 {late[1]}, most {late[2]}"
            f" (pair_of({self.seed}, {self.slowest[1]}))"
        )
        print(f"  most memory of a process: {self.peak} MiB")
        print(f"  hangs, crashes, processes over {MOST} MiB: {len(self.faults)}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", type=int, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        child(*options.child)
        return 0
    hunt = Hunt(options.seed)
    hunt.run(time.monotonic() + 60 * options.minutes)
    hunt.report()
    return 1 if hunt.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
