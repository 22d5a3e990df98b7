"""Calls in the nodes of an adopted graph that do something which is not to be done twice."""

from __future__ import annotations

from agentgraph.check.outside import is_sending
from agentgraph.read.facts import Call
from agentgraph.read.following import helper_of

_VERBS = frozenset(
    {"send", "book", "hold", "charge", "pay", "create", "delete", "publish", "post", "notify"}
    | {"insert", "submit", "transfer", "order", "email", "cancel", "refund", "reserve", "buy"}
)
_CHANGING = frozenset({"append", "add", "insert", "update", "extend", "pop", "remove", "write"})
_TASKS = frozenset({"langgraph.func.task"})


def is_effect(call: Call) -> bool:
    """Whether a call is of a function of the project that is named for an effect, and changes what outlives it.

    A `@task` is recorded, and no such.
    """
    helper = helper_of(call)
    if helper is None or call.handed_to or _TASKS & set(helper.decorators):
        return False
    if helper.name.partition("_")[0] not in _VERBS:
        return False
    return any(is_sending(one) or _changes_module(one) for one in helper.calls)


def _changes_module(call: Call) -> bool:
    """Whether a call changes a list or dict of the module: `MAILS.append(...)`."""
    owner, _, method = call.written.rpartition(".")
    return method in _CHANGING and owner.isidentifier() and owner.isupper()
