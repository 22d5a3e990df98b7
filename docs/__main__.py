"""Writes the pages that are made from the code: `python -m docs`; with `--check`, only says which are stale."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from agentgraph import draw_graph
from agentgraph.check.catalogue import rules
from graphs import answer_with_sources, order_processing, travel_planner

HERE = Path(__file__).parent
GENERATED = "<!-- Made by `make docs`; do not edit. -->"


def pages() -> Mapping[str, str]:
    """Each generated page by its file name."""
    return {"rules.md": _rules(), "graphs.md": _graphs()}


def stale() -> list[str]:
    """The generated pages that are not as the code has them."""
    return [name for name, text in pages().items() if not _is(HERE / name, text)]


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _rules() -> str:
    head = (
        f"# What the checker finds\n\n{GENERATED}\n\n`agentgraph explain CODE` prints the same.\n"
    )
    listed = "".join(
        f"| [{rule.code}](#{rule.code.lower()}) | {rule.severity} | {rule.summary} |\n"
        for rule in rules()
    )
    table = f"\n| code | severity | what |\n|---|---|---|\n{listed}"
    entries = [
        f"\n## {rule.code}\n\n{rule.page.replace('## ', '### ').strip()}\n" for rule in rules()
    ]
    return head + table + "".join(entries)


def _graphs() -> str:
    parts = [f"# The example graphs, drawn\n\n{GENERATED}\n"]
    for module in (order_processing, answer_with_sources, travel_planner):
        spec = module.graph.spec
        lesson = (module.__doc__ or "").strip().splitlines()[0]
        terminal = "\n".join(line.rstrip() for line in draw_graph(spec).strip("\n").splitlines())
        parts.append(f"\n## {spec.name}\n\n{lesson}\n\n```text\n{terminal}\n```\n")
        parts.append(f"\n```mermaid\n{draw_graph(spec, format='mermaid').strip()}\n```\n")
    return "".join(parts)


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        for name in (found := stale()):
            print(f"docs/{name} is stale: run make docs", file=sys.stderr)
        return 1 if found else 0
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
