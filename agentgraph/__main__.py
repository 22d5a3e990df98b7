"""`python -m agentgraph` is the command `agentgraph`."""

from __future__ import annotations

from agentgraph.cli.app import main

if __name__ == "__main__":
    main()
