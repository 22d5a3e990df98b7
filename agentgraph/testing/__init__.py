"""What a user's own tests need: a graph that does not check fails a test.

Enters: a user's graph; or, with `pytest --agentgraph`, the targets of `[tool.agentgraph]`. Leaves:
an AssertionError with the findings, as the command shows them. May not know: the command line's
modules (the plugin runs the command), engines, memory.

What others import stands in `__all__`. `plugin` is pytest's, which loads it by itself.
"""

from typing import TYPE_CHECKING

from agentgraph._lazy import lazy_names

if TYPE_CHECKING:
    from agentgraph.testing.assertions import assert_checks as assert_checks
    from agentgraph.testing.clock import VirtualClock as VirtualClock
    from agentgraph.testing.clock import virtual_clock as virtual_clock

_NAMES = {
    "VirtualClock": "clock",
    "assert_checks": "assertions",
    "virtual_clock": "clock",
}

__all__ = ["VirtualClock", "assert_checks", "virtual_clock"]

__getattr__, __dir__ = lazy_names(__name__, _NAMES)
