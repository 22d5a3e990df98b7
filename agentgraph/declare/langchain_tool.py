"""Tools that were written for LangChain, as tools: their own schemas are the contracts.

LangChain is not imported: who has one of its tools has imported it.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_type_hints

from agentgraph.declare.body import Body, Signature
from agentgraph.declare.tool import Tool
from agentgraph.errors import DeclarationError, Problem
from agentgraph.model.policy import Cache, CircuitBreaker, Estimate, Limit, Retry

_MCP = {
    "readOnlyHint": "read_only",
    "destructiveHint": "destructive",
    "idempotentHint": "idempotent",
    "openWorldHint": "open_world",
}
_UNSAID: Any = inspect.Parameter.empty


def is_langchain_tool(thing: Any) -> bool:
    """Whether it is a LangChain `BaseTool`."""
    tools = sys.modules.get("langchain_core.tools.base")
    return tools is not None and isinstance(thing, tools.BaseTool)


def from_langchain(
    tool: Any,
    *,
    returns: Any = _UNSAID,
    name: str | None = None,
    read_only: bool | None = None,
    destructive: bool | None = None,
    idempotent: bool | None = None,
    open_world: bool | None = None,
    keyed: bool = False,
    approval: str | None = None,
    needs: str | None = None,
    clears: set[str] | frozenset[str] = frozenset(),
    estimate: Estimate | None = None,
    timeout: float | None = None,
    retry: Retry | None = None,
    breaker: CircuitBreaker | None = None,
    limit: Limit | None = None,
    cache: Cache | None = None,
    version: str | None = None,
    owner: str | None = None,
) -> Tool[..., Any]:
    """A LangChain tool (a `BaseTool`: of an integration, of `@tool`, of an MCP adapter) as a tool.

    Its schema for calls is the contract of the arguments, its description what a model reads.
    `returns` is the type of its result; left out, it is what its function is annotated with, and
    where that is not known any JSON. The hints are those that its metadata has by MCP's names
    (`readOnlyHint`), else MCP's defaults; what is given here wins. All else as for `@tool`. It is
    called as its own `invoke` would call it, or `ainvoke` where it can only be awaited.

    DeclarationError: it is no LangChain tool. That it takes what LangGraph would put into its
    arguments (`InjectedState`, `ToolRuntime`), which is not there, is reported with its graph.
    """
    if not is_langchain_tool(tool):
        problem = Problem(f"{tool!r} is not a LangChain tool", help="put @tool above a typed def")
        raise DeclarationError([problem])
    given = {
        "read_only": read_only,
        "destructive": destructive,
        "idempotent": idempotent,
        "open_world": open_world,
    }
    hints = {**_hints(tool), **{key: told for key, told in given.items() if told is not None}}
    if hints.get("read_only") and destructive is None:
        hints.pop("destructive", None)  # MCP: it means nothing of what changes nothing
    rest: dict[str, Any] = {
        "keyed": keyed,
        "approval": approval,
        "needs": needs,
        "clears": clears,
        "estimate": estimate,
        "timeout": timeout,
        "retry": retry,
        "breaker": breaker,
        "limit": limit,
        "cache": cache,
        "version": version,
        "owner": owner,
    }
    options = {"name": name or tool.name, **hints, **rest}
    return Tool(*_body(tool, returns), options, arguments=_schema(tool))


def adopted(tools: Sequence[Any]) -> tuple[Any, ...]:
    """The tools of an agent's list, LangChain's among them made tools."""
    return tuple(from_langchain(one) if is_langchain_tool(one) else one for one in tools)


def _hints(tool: Any) -> dict[str, bool]:
    known: Mapping[str, Any] = tool.metadata or {}
    found = ((ours, known.get(theirs)) for theirs, ours in _MCP.items())
    return {ours: told for ours, told in found if isinstance(told, bool)}


def _schema(tool: Any) -> dict[str, Any]:
    """What a call's arguments must be, as JSON Schema."""
    schema = tool.tool_call_schema
    made = schema if isinstance(schema, dict) else schema.model_json_schema()
    # What it is called and does stands in the tool; in its contract it would say it again.
    return {key: value for key, value in made.items() if key not in ("title", "description")}


def _problems(tool: Any) -> tuple[Problem, ...]:
    # What its schema for calls leaves out, and a call needs all the same.
    injected = sorted(getattr(tool, "_injected_args_keys", ()))
    if not injected:
        return ()
    message = (
        f"LangGraph would put {', '.join(injected)} into its arguments, which no call here has"
    )
    help_ = "do what it does in a @tool with typed arguments"
    return (Problem(message, where=tool.name, help=help_),)


def _body(tool: Any, returns: Any) -> tuple[Callable[..., Any], Body]:
    """The function that calls it, and the same as a body."""
    own = _function(tool)

    shown = _signature(_schema(tool))

    def named(args: tuple[Any, ...], more: dict[str, Any]) -> dict[str, Any]:
        return {**shown.bind_partial(*args).arguments, **more}

    def call(*args: Any, **more: Any) -> Any:
        return tool.invoke(named(args, more))

    async def acall(*args: Any, **more: Any) -> Any:
        return await tool.ainvoke(named(args, more))

    made: Callable[..., Any] = acall if _only_awaited(tool) else call
    made.__name__, made.__qualname__ = tool.name, tool.name
    made.__doc__ = tool.description
    if own is not None:
        made.__wrapped__ = own  # type: ignore[attr-defined]  # where its source stands
    made.__signature__ = shown  # type: ignore[attr-defined]  # for its callers
    result = _returned(tool, own) if returns is _UNSAID else returns
    return made, Body(made, Signature(None, (), result, _problems(tool)))


def _function(tool: Any) -> Callable[..., Any] | None:
    """The function that a StructuredTool, or one of LangChain's `@tool`, is made of."""
    return getattr(tool, "func", None) or getattr(tool, "coroutine", None)


def _only_awaited(tool: Any) -> bool:
    return getattr(tool, "coroutine", None) is not None and getattr(tool, "func", None) is None


def _signature(schema: Mapping[str, Any]) -> inspect.Signature:
    """The arguments that Python can name, required ones first."""
    required = schema.get("required", ())
    names = [name for name in schema.get("properties", ()) if name.isidentifier()]
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Signature(
        [inspect.Parameter(name, kind) for name in names if name in required]
        + [inspect.Parameter(name, kind, default=None) for name in names if name not in required]
    )


def _returned(tool: Any, own: Callable[..., Any] | None) -> Any:
    if own is None or tool.response_format != "content":
        return Any
    try:
        return get_type_hints(own, include_extras=True).get("return", Any)
    except (NameError, TypeError):
        return Any
