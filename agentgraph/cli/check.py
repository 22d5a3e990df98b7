"""`agentgraph check`: proves that contracts fit, or shows what breaks them."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from agentgraph.cli.check_report import ReportFormat, report, report_format
from agentgraph.cli.check_settings import Given
from agentgraph.cli.checked import Checked, check_targets
from agentgraph.cli.options import Debug, Targets
from agentgraph.cli.outcome import OK, UNUSABLE, reporting
from agentgraph.cli.output import Output, write_output
from agentgraph.cli.streams import count, say_problems, tell
from agentgraph.errors import Problem, SettingsError

Format = Annotated[
    ReportFormat | None,
    typer.Option("--format", help="Default: by the extension of FILE, or text."),
]
Select = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        metavar="CODES",
        help="Tell only these findings: AG101, or AG4 for all of group 4; several with commas.",
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="CODES", help="Do not tell these, besides the project's."),
]
Strict = Annotated[
    bool | None,
    typer.Option("--strict/--no-strict", help="Whether warnings and notes count too."),
]
BaselineFile = Annotated[
    Path | None,
    typer.Option("--baseline", metavar="FILE", help="Tell only what is not in FILE."),
]
NewBaseline = Annotated[
    Path | None,
    typer.Option("--write-baseline", metavar="FILE", help="Write what is found to FILE."),
]
ShowState = Annotated[
    str | None,
    typer.Option(
        "--show-state",
        metavar="AGENT",
        help="Show instead what the state holds when AGENT starts, and who wrote it.",
    ),
]
Changed = Annotated[
    bool,
    typer.Option(
        "--changed",
        help="TARGETs are changed files: check the graphs in them, and the project's own targets.",
    ),
]
Watching = Annotated[
    bool, typer.Option("--watch", help="Check again whenever a file changes, until Ctrl-C.")
]
StubMissing = Annotated[
    bool,
    typer.Option(
        "--stub-missing", help="Let stand-ins take the place of packages that are not installed."
    ),
]
FilesTo = Annotated[Path | None, typer.Option("--files-to", hidden=True)]


@reporting
def check(  # noqa: PLR0917  # typer hands all by name
    targets: Targets = None,
    format_: Format = None,
    output: Output = None,
    select: Select = None,
    ignore: Ignore = None,
    strict: Strict = None,
    baseline: BaselineFile = None,
    write_baseline: NewBaseline = None,
    agent: ShowState = None,
    changed: Changed = False,
    watching: Watching = False,
    stub_missing: StubMissing = False,
    files_to: FilesTo = None,
    debug: Debug = False,
) -> int:
    """Prove that a graph's contracts fit, or show what breaks them.

    Exit code 0: nothing that counts. 1: findings that count (errors; with --strict all).
    2: something could not be checked.
    """
    format_ = report_format(format_, output)
    if watching:
        return _watch(targets or (), writes=write_baseline is not None)
    if agent is not None:
        from agentgraph.cli.show_state import show_state

        return show_state(
            targets or (), agent, format_, output, stub_missing=stub_missing, debug=debug
        )
    given = Given(
        select=select or (),
        ignore=ignore or (),
        strict=strict,
        baseline=baseline,
        all_new=write_baseline is not None,
    )
    checked = check_targets(
        targets or (), given, changed=changed, stub_missing=stub_missing, debug=debug
    )
    if files_to is not None:
        files_to.write_text(json.dumps(checked.files), encoding="utf-8")
    if write_baseline is not None:
        return _write_baseline(checked, write_baseline)
    report(checked, format_, output)
    return checked.code


def _write_baseline(checked: Checked, file: Path) -> int:
    """Only of a check that was whole: what could not be checked would be new tomorrow."""
    from agentgraph.check.baseline import baseline_text

    if checked.problems:
        say_problems(checked.problems)
        tell(f"{file} was not written: not everything could be checked")
        return UNUSABLE
    write_output(baseline_text(checked.findings, file.absolute().parent), file)
    tell(f"{count(len(checked.findings), 'finding')} written to {file}")
    return OK


def _watch(targets: Sequence[str], *, writes: bool) -> int:
    from agentgraph.cli.watch import watch

    if writes:
        problem = Problem("--watch and --write-baseline do not go together")
        raise SettingsError([problem], "usage")
    watch(targets, [argument for argument in sys.argv[1:] if argument != "--watch"])
