"""What can be told for certain where it took too long to find out who runs beside whom."""

from __future__ import annotations

import re

from agentgraph.check.flow.flow import Flow

TOO_MUCH = "there is too much side by side here to tell for certain"
_ANYHOW = re.compile(r"AG(10[34679]|202|40[46]|50\d|60[137])\Z")
"""Rules that tell of one agent, or of the ways alone, whatever runs at the same moment."""


def is_certain(flow: Flow, code: str) -> bool:
    """Whether what the rule finds holds. Else everything was taken to run beside everything.

    Then a value that is written much later seems to reach an early reader, and a join to start
    without what it waits for: what rests on that may be, and is not called wrong.
    """
    return flow.beside.exact or bool(_ANYHOW.match(code))
