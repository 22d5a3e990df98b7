"""Does everything that one schema admits fit another: how often right, how fast?

    python -m benchmarks.contracts [PAIRS.jsonl] [--misses] [--peers]

PAIRS has one JSON object a line: `s1`, `s2`, `expected` ("sub" or "not-sub") and `source`.
Without it, pairs are made up (a fixed seed) whose answer is known from how they are made.

How to read it: "unsound" is a yes where the answer is no, the one error that is never
forgiven; "false no" is a no where the answer is yes; "undecided" includes failures. Times are
of the first question (nothing cached), in milliseconds. Beside ours stands jsonschema-rs alone;
with `--peers` also jsonsubschema and jsoncompat, each installed by pip into an environment of its
own that is thrown away afterwards (jsoncompat needs Python 3.12 or later, and looks for one).
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

Answer = Callable[[Any, Any], bool | None]
Pair = dict[str, Any]


def ours() -> Answer:
    from agentgraph.contracts.relation import compare

    compare({"type": "string"}, {"type": "integer"})  # imports and warm-up are not the question
    answers = {"compatible": True, "incompatible": False, "undecided": None}
    return lambda a, b: answers[compare(a, b).status]


def library_alone() -> Answer:
    import jsonschema_rs

    def ask(a: Any, b: Any) -> bool | None:
        produced = jsonschema_rs.canonicalize(a, validate_formats=True)
        accepted = jsonschema_rs.canonicalize(b, validate_formats=True)
        return {"yes": True, "no": False}.get(str(accepted.covers(produced)))

    return ask


def jsonsubschema() -> Answer:
    from jsonsubschema import isSubschema  # type: ignore[import-not-found]

    return lambda a, b: bool(isSubschema(a, b))


def jsoncompat() -> Answer:
    import jsoncompat as module  # type: ignore[import-not-found]

    def ask(a: Any, b: Any) -> bool | None:
        # "deserializer": what could be read under the first can be read under the second.
        found = module.analyze_compat(
            json.dumps(a), json.dumps(b), "deserializer", options={"assert_formats": True}
        )
        return {"compatible": True, "incompatible": False}.get(found["status"])

    return ask


TOOLS: dict[str, Callable[[], Answer]] = {
    "agentgraph": ours,
    "jsonschema-rs": library_alone,
    "jsonsubschema": jsonsubschema,
    "jsoncompat": jsoncompat,
}


PEERS = {"jsonsubschema": (3, 8), "jsoncompat": (3, 12)}
"""What is no dependency of ours, with the Python that it needs."""
COLUMNS = {"right": 8, "unsound": 9, "false no": 10, "undecided": 11}


def peer(name: str, pairs: Path | None) -> str:
    """The peer's row, from an environment made for it; or why there is none."""
    python = _python(PEERS[name])
    if python is None:
        needed = ".".join(map(str, PEERS[name]))
        return f"{name:16} not measured: it needs Python {needed} or later, and there is none"
    with TemporaryDirectory() as folder:
        own = Path(folder) / "bin" / "python"
        command = [str(own), __file__, *([str(pairs)] if pairs else []), "--only", name]
        try:
            for step in ([python, "-m", "venv", folder], [str(own), *INSTALL, name]):
                subprocess.run(step, check=True, capture_output=True, text=True, timeout=300)
            ran = subprocess.run(command, check=True, capture_output=True, text=True, timeout=1800)
        except subprocess.CalledProcessError as error:
            why = (error.stderr.strip().splitlines() or ["no reason given"])[-1]
            return f"{name:16} not measured: {why}"
        except subprocess.TimeoutExpired:
            return f"{name:16} not measured: it took too long"
    return ran.stdout.strip().splitlines()[-1]


def _python(least: tuple[int, int]) -> str | None:
    if sys.version_info >= least:
        return sys.executable
    for minor in range(least[1] + 3, least[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if (
            found
            and subprocess.run([found, "-V"], check=False, capture_output=True).returncode == 0
        ):
            return found
    return None


INSTALL = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")


def measured(answer: Answer, pairs: list[Pair]) -> tuple[Counter[str], list[float], list[Pair]]:
    counts: Counter[str] = Counter()
    times, misses = [], []
    for pair in pairs:
        begun = time.perf_counter()
        try:
            found = answer(pair["s1"], pair["s2"])
        except Exception:  # noqa: BLE001  # whatever a tool does, it did not decide
            found = None
        times.append((time.perf_counter() - begun) * 1000)
        wanted = pair["expected"] == "sub"
        verdict = "undecided" if found is None else "right" if found == wanted else ""
        verdict = verdict or ("unsound" if found else "false no")
        counts[verdict] += 1
        if verdict != "right":
            misses.append({**pair, "verdict": verdict})
    return counts, sorted(times), misses


def read(path: Path) -> Iterator[Pair]:
    """The pairs of a file, one a line."""
    yield from (json.loads(line) for line in path.read_text().splitlines() if line)


def made_up(number: int = 600) -> Iterator[Pair]:
    """Models of a few fields, and what becomes of them when one field changes."""
    chance = random.Random(20_26)
    for i in range(number):
        fields = {f"f{n}": _field(chance) for n in range(chance.randint(1, 6))}
        before = _model(fields, closed=True)
        name = chance.choice(list(fields))
        wider, narrower = _changed(fields[name], chance)
        up, down = {**fields, name: wider}, {**fields, name: narrower}
        for after, expected in ((up, "sub"), (down, "not-sub")):
            yield {
                "id": f"made-up:{i}:{expected}",
                "source": "made-up",
                "s1": before,
                "s2": _model(after, closed=False),
                "expected": expected,
            }


def _field(chance: random.Random) -> dict[str, Any]:
    low = chance.randint(-5, 5)
    return chance.choice(
        [
            {"type": "integer", "minimum": low, "maximum": low + 10},
            {"type": "string", "minLength": 2, "maxLength": 8},
            {"enum": ["a", "b", "c"]},
            {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 4},
            {"type": "string", "pattern": "^[a-f]{2,6}$"},
        ]
    )


def _changed(field: dict[str, Any], chance: random.Random) -> tuple[Any, Any]:
    if "enum" in field:
        return {"enum": [*field["enum"], "d"]}, {"enum": field["enum"][:2]}
    if "pattern" in field:
        return {"type": "string", "pattern": "^[a-z]+$"}, {"type": "string", "pattern": "^[a-e]+$"}
    limit = next(key for key in field if key.startswith("max"))
    step = chance.randint(1, 2)
    return {**field, limit: field[limit] + step}, {**field, limit: field[limit] - step}


def _model(fields: dict[str, Any], *, closed: bool) -> dict[str, Any]:
    made = {"type": "object", "properties": fields, "required": sorted(fields)}
    return {**made, "additionalProperties": False} if closed else made


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("pairs", nargs="?", type=Path)
    parser.add_argument("--misses", action="store_true", help="print what ours got not right")
    parser.add_argument("--peers", action="store_true", help="install others for this once")
    parser.add_argument("--only", choices=TOOLS, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    path: Path | None = options.pairs
    pairs = list(made_up()) if path is None else list(read(path))
    if not options.only:
        print(f"{len(pairs)} pairs: {dict(Counter(p['source'] for p in pairs))}")
        heads = "".join(f"{name:>{width}}" for name, width in COLUMNS.items())
        print(f"{'':16}{heads}{'median':>9}{'p95':>8}{'max':>8}", flush=True)
    for name in [options.only] if options.only else ["agentgraph", "jsonschema-rs"]:
        answer = TOOLS[name]()
        counts, times, misses = measured(answer, pairs)
        middle, late = times[len(times) // 2], times[int(len(times) * 0.95)]
        row = "".join(f"{counts[k]:>{w}}" for k, w in COLUMNS.items())
        print(f"{name:16}{row}{middle:>9.3f}{late:>8.3f}{times[-1]:>8.1f}", flush=True)
        if options.misses and name == "agentgraph":
            for miss in misses:
                print(json.dumps(miss))
    for name in PEERS if options.peers else ():
        print(peer(name, path), flush=True)


if __name__ == "__main__":
    main()
