"""What we use of LangGraph that its own front door does not offer. Nobody else reaches in.

Written against 1.2. A node's writes go to CONFIG_KEY_SEND and its reads through
CONFIG_KEY_READ, both in its config; CONFIG_KEY_SCRATCHPAD is there in a run and when the graph
is drawn, and not in an update_state; MISSING is what an absent channel checkpoints as. An object with the one key OVERWRITE is a
write that passes a reducer by; DeltaSnapshot is a delta channel's value where it is stored whole.
"""

from __future__ import annotations

from langgraph._internal._config import ensure_config
from langgraph._internal._constants import (
    CONF,
    CONFIG_KEY_CHECKPOINTER,
    CONFIG_KEY_READ,
    CONFIG_KEY_RESUMING,
    CONFIG_KEY_RUNTIME,
    CONFIG_KEY_SCRATCHPAD,
    CONFIG_KEY_SEND,
    CONFIG_KEY_STREAM,
    CONFIG_KEY_TASK_ID,
    OVERWRITE,
    TASKS,
)
from langgraph._internal._runnable import RunnableCallable
from langgraph._internal._typing import MISSING
from langgraph.checkpoint.serde.types import _DeltaSnapshot as DeltaSnapshot
from langgraph.pregel._read import PregelNode
from langgraph.pregel._write import ChannelWrite, ChannelWriteTupleEntry

__all__ = [
    "CONF",
    "CONFIG_KEY_CHECKPOINTER",
    "CONFIG_KEY_READ",
    "CONFIG_KEY_RESUMING",
    "CONFIG_KEY_RUNTIME",
    "CONFIG_KEY_SCRATCHPAD",
    "CONFIG_KEY_SEND",
    "CONFIG_KEY_STREAM",
    "CONFIG_KEY_TASK_ID",
    "MISSING",
    "OVERWRITE",
    "TASKS",
    "ChannelWrite",
    "ChannelWriteTupleEntry",
    "DeltaSnapshot",
    "PregelNode",
    "RunnableCallable",
    "ensure_config",
]
