"""What we use of LangGraph that its own front door does not offer. Nobody else reaches in.

Written against 1.2; `tests/unit/compile/test_internals.py` says what each is relied on for.
"""

from __future__ import annotations

from langgraph._internal._constants import (
    CONF,
    CONFIG_KEY_READ,
    CONFIG_KEY_SCRATCHPAD,
    CONFIG_KEY_SEND,
    TASKS,
)
from langgraph._internal._runnable import RunnableCallable
from langgraph._internal._typing import MISSING
from langgraph.pregel._read import PregelNode
from langgraph.pregel._write import ChannelWrite, ChannelWriteTupleEntry

__all__ = [
    "CONF",
    "CONFIG_KEY_READ",
    "CONFIG_KEY_SCRATCHPAD",
    "CONFIG_KEY_SEND",
    "MISSING",
    "TASKS",
    "ChannelWrite",
    "ChannelWriteTupleEntry",
    "PregelNode",
    "RunnableCallable",
]
