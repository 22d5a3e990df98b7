"""Random pairs of schemas: is a yes ever broken, does a witness ever fail to convince?

    python -m tests.hunts.contracts --pairs 100000 [--seed 1] [--values 60]

Each pair is compared. A yes is held against `--values` values made from the producer, a no has
its witness judged; the judges are `jsonschema` and `jsonschema-rs`, the one independent of what
decides. Half of the pairs have a third schema beside them, for transitivity. The exit code is 1
where something was found; the pairs that did it are printed.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from typing import Any

import jsonschema
import jsonschema_rs

from agentgraph.contracts.relation import Verdict, compare
from agentgraph.errors import SchemaError
from tests.hunts.schemas import Schemas
from tests.hunts.values import Values

_FORMATS = jsonschema.Draft202012Validator.FORMAT_CHECKER


class Judge:
    """A schema as `jsonschema` reads it."""

    def __init__(self, schema: Any) -> None:
        self._validator = jsonschema.Draft202012Validator(schema, format_checker=_FORMATS)

    def takes(self, value: Any) -> bool:
        return bool(self._validator.is_valid(value))


class Hunt:
    """What was seen so far."""

    def __init__(self, seed: int, values: int) -> None:
        self.seed, self.values = seed, values
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []

    def one(self, number: int) -> None:
        made = Schemas(random.Random(f"{self.seed}-{number}"))
        produced, accepted = made.pair()
        try:
            verdict = compare(produced, accepted)
        except SchemaError as error:
            self.fault(f"refused: {error}", produced, accepted)
            return
        if "has no end" in verdict.why_undecided:
            self.counts["meaningless (a reference to itself)"] += 1
            return
        self.counts[verdict.status] += 1
        self.judge(verdict, produced, accepted, made)
        if compare(produced, produced).status != "compatible":
            self.fault("does not fit itself", produced, produced)
        if number % 2:
            self.chain(verdict, produced, accepted, made)

    def judge(self, verdict: Verdict, produced: Any, accepted: Any, made: Schemas) -> None:
        if verdict.status == "compatible":
            self.try_yes(produced, accepted, made)
        elif verdict.status == "incompatible":
            self.try_no(verdict, produced, accepted)

    def try_yes(self, produced: Any, accepted: Any, made: Schemas) -> None:
        source, taker = Judge(produced), Judge(accepted)
        for value in Values(made, produced).several(self.values):
            self.counts["values made for a yes"] += 1
            if source.takes(value):
                self.counts["values of the producer"] += 1
                if not taker.takes(value):
                    self.fault(f"unsound yes: {json.dumps(value)}", produced, accepted)
                    return

    def try_no(self, verdict: Verdict, produced: Any, accepted: Any) -> None:
        value = verdict.witness
        engine = [
            jsonschema_rs.validator_for(s, validate_formats=True).is_valid(value)
            for s in (produced, accepted)
        ]
        if engine != [True, False] or [
            Judge(produced).takes(value), Judge(accepted).takes(value)
        ] != [True, False]:  # fmt: skip
            self.fault(f"no witness: {json.dumps(value)}", produced, accepted)
        if not verdict.reasons:
            self.fault("no reasons", produced, accepted)

    def chain(self, first: Verdict, a: Any, b: Any, made: Schemas) -> None:
        """Where a fits b and b fits c, a fits c."""
        if first.status != "compatible":
            return
        c = made.near(b)
        second, both = compare(b, c), compare(a, c)
        self.counts["chains"] += 1
        if second.is_compatible and both.status == "incompatible":
            self.fault(f"not transitive over {json.dumps(b)}", a, c)

    def fault(self, why: str, produced: Any, accepted: Any) -> None:
        self.faults.append(why)
        print(f"{why}\n  {json.dumps(produced)}\n  {json.dumps(accepted)}", flush=True)

    def report(self) -> str:
        counts = ", ".join(f"{name}: {n:,}" for name, n in sorted(self.counts.items()))
        return f"seed {self.seed}: {counts}; contradictions: {len(self.faults)}"


def hunt(pairs: int, seed: int, values: int, *, every: int = 10_000) -> Hunt:
    """Compare that many random pairs; a line after `every` of them."""
    found = Hunt(seed, values)
    for number in range(pairs):
        found.one(number)
        if (number + 1) % every == 0:
            print(f"{number + 1:,} pairs, {found.report()}", flush=True)
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--pairs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--values", type=int, default=60)
    options = parser.parse_args(arguments)
    begun = time.monotonic()
    found = hunt(options.pairs, options.seed, options.values)
    print(f"{options.pairs:,} pairs in {time.monotonic() - begun:.0f} s, {found.report()}")
    return 1 if found.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
