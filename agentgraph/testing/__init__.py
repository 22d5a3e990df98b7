"""What a user's own tests need: graphs that check, models and tools that say what a test scripts, faults, time.

Enters: a user's graph; or, with `pytest --agentgraph`, the targets of `[tool.agentgraph]`. Leaves:
an AssertionError with the findings, as the command shows them; or runs with no network in them, in
no time, and the events of them. May not know: the command line's modules (the plugin runs the
command), engines, memory.

What others import stands in `__all__`. `plugin` is pytest's, which loads it by itself.
"""

from typing import TYPE_CHECKING

from agentgraph._lazy import lazy_names

if TYPE_CHECKING:
    from agentgraph.testing.answers import Call as Call
    from agentgraph.testing.answers import Prose as Prose
    from agentgraph.testing.answers import Reply as Reply
    from agentgraph.testing.answers import Request as Request
    from agentgraph.testing.answers import ScriptEndedError as ScriptEndedError
    from agentgraph.testing.assertions import assert_checks as assert_checks
    from agentgraph.testing.clock import VirtualClock as VirtualClock
    from agentgraph.testing.clock import virtual_clock as virtual_clock
    from agentgraph.testing.faults import Fault as Fault
    from agentgraph.testing.faults import answer_wrong as answer_wrong
    from agentgraph.testing.faults import die as die
    from agentgraph.testing.faults import fail as fail
    from agentgraph.testing.faults import faulty as faulty
    from agentgraph.testing.faults import hang as hang
    from agentgraph.testing.faults import slow as slow
    from agentgraph.testing.models import ScriptedModel as ScriptedModel
    from agentgraph.testing.recorder import Recorded as Recorded
    from agentgraph.testing.recorder import recorded as recorded
    from agentgraph.testing.replacing import ToolCall as ToolCall
    from agentgraph.testing.replacing import replaced as replaced
    from agentgraph.testing.replacing import scripted as scripted

_NAMES = {
    "Call": "answers",
    "Fault": "faults",
    "Prose": "answers",
    "Recorded": "recorder",
    "Reply": "answers",
    "Request": "answers",
    "ScriptEndedError": "answers",
    "ScriptedModel": "models",
    "ToolCall": "replacing",
    "VirtualClock": "clock",
    "answer_wrong": "faults",
    "assert_checks": "assertions",
    "die": "faults",
    "fail": "faults",
    "faulty": "faults",
    "hang": "faults",
    "recorded": "recorder",
    "replaced": "replacing",
    "scripted": "replacing",
    "slow": "faults",
    "virtual_clock": "clock",
}

__all__ = [
    "Call",
    "Fault",
    "Prose",
    "Recorded",
    "Reply",
    "Request",
    "ScriptEndedError",
    "ScriptedModel",
    "ToolCall",
    "VirtualClock",
    "answer_wrong",
    "assert_checks",
    "die",
    "fail",
    "faulty",
    "hang",
    "recorded",
    "replaced",
    "scripted",
    "slow",
    "virtual_clock",
]

__getattr__, __dir__ = lazy_names(__name__, _NAMES)
