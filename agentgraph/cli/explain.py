"""`agentgraph explain`: what a finding's code means."""

from __future__ import annotations

from typing import Annotated

import typer

from agentgraph.cli.outcome import OK, reporting
from agentgraph.cli.streams import tell


@reporting
def explain(
    code: Annotated[str, typer.Argument(metavar="CODE", help="As in a finding: AG101.")],
) -> int:
    """Say what a finding's code means, why it matters, and what to do instead."""
    from agentgraph.check.catalogue import explain as page

    tell(page(code))
    return OK
