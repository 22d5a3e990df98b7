"""Contract-first agent systems: declared once, checked before they run, durable while they run."""

from agentgraph._version import __version__

__all__ = ["__version__"]
