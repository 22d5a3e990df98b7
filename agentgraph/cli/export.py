"""`agentgraph export`: a graph as plain data."""

from __future__ import annotations

import json

from agentgraph.cli.graphs import find_graph
from agentgraph.cli.options import Debug, OneTarget
from agentgraph.cli.outcome import OK, reporting
from agentgraph.cli.output import Output, write_output
from agentgraph.cli.settings import read_settings


@reporting
def export(target: OneTarget = None, output: Output = None, debug: Debug = False) -> int:
    """Write a graph as JSON: all that was declared, and nothing that runs."""
    found = find_graph(target, read_settings(), debug=debug)
    from agentgraph.model.codec import dump

    data = dump(found.own.spec)
    write_output(json.dumps(data, indent=2, ensure_ascii=False) + "\n", output)
    return OK
