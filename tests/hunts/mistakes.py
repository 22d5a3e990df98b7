"""Clean graphs with one mistake each: is every harmful one told, and no harmless one?

    python -m tests.hunts.mistakes --mutants 20000 [--first 2000000]

*Harmful* is a mistake with which a listed fault can happen: all that can happen in the graph is
tried, on all values of its contracts, and the fault is then brought about on LangGraph. The exit
code is 1 where a harmful one was not told at its place with its code, where an error was
raised on a harmless one, or where LangGraph did not do what was found.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Iterable
from random import Random

from agentgraph.check.engine import check_graph
from agentgraph.check.finding import Finding
from agentgraph.declare.graph import Graph
from agentgraph.errors import DeclarationError
from agentgraph.model.graph import GraphSpec
from tests.properties.check_changes import Mutant
from tests.properties.check_confirming import Script, happens
from tests.properties.check_exploring import Exploration
from tests.properties.check_mutations import KINDS, mutant
from tests.properties.check_predictions import CODES, HAPPENING, unreported
from tests.properties.check_text import declared, text_of
from tests.properties.check_tidy import tidied
from tests.properties.check_wide import WideMaker
from tests.properties.check_worlds import Fault, World

MOMENTS = 1_200
COLUMNS = ("made", "refused", "harmful", "caught", "noted", "harmless", "alarmed", "not exhausted")
"""`noted` are harmful ones that a warning or a note tells of, and no error."""


class Hunt:
    """What was seen so far, by kind."""

    def __init__(self) -> None:
        self.kinds: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
        self.confirmed = 0
        self.faults: list[str] = []
        self.alarms: list[str] = []
        self.noted: list[str] = []

    def one(self, seed: int, *, tries: int = 8) -> None:
        """Several mutants of the clean graph of that number."""
        random = Random(seed)
        spec = tidied(WideMaker(random.randrange(10**9), 6, small=True).spec(), random)
        if spec is None:
            return
        for kind in random.sample(sorted(KINDS), tries):
            changed = mutant(kind, spec, random)
            if changed is not None:
                self.kinds[kind]["made"] += 1
                self._try(seed, kind, changed)

    def _try(self, seed: int, kind: str, changed: Mutant) -> None:
        script = Script()
        try:
            with declared(changed.spec, script) as graph:
                self._judge(f"{seed}, {kind}", kind, changed, graph, script)
        except DeclarationError:
            self.kinds[kind]["refused"] += 1

    def _judge(self, name: str, kind: str, changed: Mutant, graph: Graph, script: Script) -> None:
        exploration = Exploration(World(graph.spec, free=True), MOMENTS)
        whole = exploration.run()
        seen, count = exploration.seen, self.kinds[kind]
        findings = check_graph(graph)
        if seen.faults:
            count["harmful"] += 1
            lost = self._lost(findings, changed, graph.spec, seen.faults)
            errors = [finding for finding in findings if finding.severity == "error"]
            caught = not self._lost(errors, changed, graph.spec, seen.faults)
            count["caught"] += caught
            count["noted"] += not caught and not lost
            if not caught and not lost:
                self.noted.append(f"{name}: {seen.faults}: {[str(f) for f in findings]}")
            if lost:
                self._fault(f"{name}: not told: {lost}", changed, findings)
            self._confirm(name, changed, graph, exploration, script)
        elif not whole:
            count["not exhausted"] += 1
        else:
            count["harmless"] += 1
            if false := alarms(findings, exploration):
                count["alarmed"] += 1
                self.alarms.append(f"{name}: {[str(f) for f in false]}")

    def _lost(
        self, findings: list[Finding], changed: Mutant, spec: GraphSpec, faults: set[Fault]
    ) -> list[Fault]:
        return unreported(faults, findings) or misplaced(faults, findings, changed, spec)

    def _confirm(
        self,
        name: str,
        changed: Mutant,
        graph: Graph,
        exploration: Exploration,
        script: Script,
    ) -> None:
        fault = min(exploration.seen.faults, key=str)
        turns = exploration.trace(fault)
        if happens(graph, script, exploration.world, turns, fault):
            self.confirmed += 1
        else:
            self._fault(f"{name}: does not happen on LangGraph: {fault}, {turns}", changed, ())

    def _fault(self, what: str, changed: Mutant, findings: Iterable[Finding]) -> None:
        self.faults.append(what)
        told = "".join(f"  {finding}\n" for finding in findings)
        print(f"{what}\n{told}{text_of(changed.spec)}", flush=True)

    @property
    def totals(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for count in self.kinds.values():
            found += count
        return found

    def report(self) -> str:
        rows: list[tuple[str, ...]] = [("", *COLUMNS)]
        for kind, count in [*self.kinds.items(), ("all", self.totals)]:
            rows.append((kind, *(f"{count[column]:,}" for column in COLUMNS)))
        lines = [f"{row[0]:<38}" + "".join(f"{cell:>14}" for cell in row[1:]) for row in rows]
        return "\n".join([*lines, f"brought about on LangGraph: {self.confirmed:,}"])


def misplaced(
    faults: set[Fault], findings: list[Finding], changed: Mutant, spec: GraphSpec
) -> list[Fault]:
    """Faults of which no finding stands at what was changed, or at who is hit by it."""
    lost = []
    for fault in faults:
        hit = {fault.node, fault.field, *_users(spec, fault.field)} - {""}
        wanted = hit | changed.touched
        codes = CODES[fault.kind] | {"AG209"}
        told = [
            f for f in findings if f.code in codes or any(c in " ".join(f.related) for c in codes)
        ]
        if not any(wanted & _names_at(finding) for finding in told):
            lost.append(fault)
    return lost


def _users(spec: GraphSpec, field: str) -> set[str]:
    """Who reads or writes a field."""
    return {
        agent.name
        for agent in spec.agents
        if field in {r.field for r in agent.reads} | {w.field for w in agent.writes}
    }


def _names_at(finding: Finding) -> set[str]:
    """The names in the place of a finding, and in the line of the source that it points to."""
    words = set(re.findall(r"\w+", finding.place.partition(".")[2]))
    if finding.source is not None:
        import linecache

        line = linecache.getline(finding.source.file, finding.source.line)
        words |= set(re.findall(r"\w+", line))
    return words


def alarms(findings: list[Finding], exploration: Exploration) -> list[Finding]:
    """Errors that nothing stands behind: of what happens, nothing does; of the graph, it is not so."""
    found = []
    for finding in findings:
        if finding.severity != "error":
            continue
        node = finding.place.split(".")[1] if "." in finding.place else ""
        if finding.code == "AG202":
            false = node in exploration.seen.ran
        elif finding.code == "AG204":
            false = node in exploration.seen.ran and not exploration.is_endless()
        else:
            false = finding.code in HAPPENING
        if false:
            found.append(finding)
    return found


def hunt(mutants: int, first: int, *, every: int = 2_000) -> Hunt:
    """Go on until that many mutants were judged; the table after `every` graphs."""
    found, seed = Hunt(), first
    while found.totals["made"] < mutants and len(found.faults) < 20:
        found.one(seed)
        seed += 1
        if (seed - first) % every == 0:
            print(found.report(), flush=True)
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--mutants", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=2_000_000)
    options = parser.parse_args(arguments)
    begun = time.monotonic()
    found = hunt(options.mutants, options.first)
    print("\n".join([*found.alarms, *found.noted]))
    print(f"{found.report()}\n{time.monotonic() - begun:.0f} s")
    return 1 if found.faults or found.alarms else 0


if __name__ == "__main__":
    raise SystemExit(main())
