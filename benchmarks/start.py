"""How long does the command take to start, beyond what Python and its libraries take anyway?

`agentgraph --help`, `check` and `draw` of the order example, each as a process of its own, and two
floors in the same run: bare Python, and Python that has imported Pydantic and Typer, which the
example and the command need in any case. By turns, so that other work on the machine falls on
all alike. The answer is a ratio of processor times, the best of each: 1.00 is the floor. Help should
cost what its libraries do; what `check` and `draw` cost above that is declaring, lowering, checking
and drawing the example.

    python -m benchmarks start
    python -m benchmarks.start [--rounds N]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

ROOT = Path(__file__).parents[1]
ORDER = "graphs/order_processing.py"
BARE = "bare python"
LIBRARIES = "import pydantic, typer"
_AGENTGRAPH = [sys.executable, "-m", "agentgraph"]
COMMANDS = {
    BARE: [sys.executable, "-c", ""],
    LIBRARIES: [sys.executable, "-c", "import typer; from pydantic import BaseModel, TypeAdapter"],
    "agentgraph --help": [*_AGENTGRAPH, "--help"],
    f"agentgraph check {ORDER}": [*_AGENTGRAPH, "check", ORDER],
    f"agentgraph draw {ORDER}": [*_AGENTGRAPH, "draw", ORDER],
}


def processor_seconds(command: list[str]) -> float:
    """User and system time of the process and its children."""
    before = getrusage(RUSAGE_CHILDREN)
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args(arguments).rounds
    best = dict.fromkeys(COMMANDS, float("inf"))
    for _ in range(rounds):
        for name, command in COMMANDS.items():
            best[name] = min(best[name], processor_seconds(command))
    width = max(map(len, COMMANDS))
    print(f"{'':<{width}} {'processor':>10} {'x bare':>8} {'x libraries':>12}")
    for name, seconds in best.items():
        bare, libraries = seconds / best[BARE], seconds / best[LIBRARIES]
        print(f"{name:<{width}} {seconds * 1000:>7.0f} ms {bare:>8.2f} {libraries:>12.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
