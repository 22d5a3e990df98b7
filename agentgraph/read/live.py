"""What a called name is in the modules that are loaded already. Nothing is imported, nothing of the user's runs."""

from __future__ import annotations

import inspect
import sys
from functools import lru_cache
from types import FunctionType, ModuleType

from agentgraph.errors import AgentgraphError
from agentgraph.model.source import Source
from agentgraph.model.tool import ToolSpec
from agentgraph.read.facts import Call

_OURS = "agentgraph."
_MISSING = object()


def tool_of(call: Call) -> ToolSpec | None:
    """The tool that is called, where the loaded modules tell; None: it is none, or cannot be told."""
    found = _object_of(call)
    # Only of our own classes is an attribute read: a property of the user's would be his code.
    if not type(found).__module__.startswith(_OURS):
        return None
    try:
        spec = getattr(found, "spec", None)
    except AgentgraphError:
        return None
    return spec if isinstance(spec, ToolSpec) else None


def function_of(call: Call) -> Source | None:
    """The `def` of a plain function of the user's own that is called, in another file."""
    found = _object_of(call)
    if not isinstance(found, FunctionType):
        return None
    code = inspect.unwrap(found).__code__
    file = code.co_filename
    installed = "site-packages" in file or file.startswith((sys.base_prefix, sys.prefix, "<"))
    return None if installed else Source(file, code.co_firstlineno)


def _object_of(call: Call) -> object:
    is_ours = call.name.startswith(_OURS)  # `find = tool(read_only=True)(function)`
    if call.root != "global" or ("()" in call.name and not is_ours):
        return _MISSING
    if call.name.startswith(".") or not call.name or "()" in call.name:
        return _looked_up(_module_at(call.source.file), call.written)
    module, rest = _module_named(call.name)
    return _looked_up(module, rest)


def _module_named(dotted: str) -> tuple[ModuleType | None, str]:
    """The longest loaded module that a dotted name starts with, and what is left."""
    parts = dotted.split(".")
    for count in range(len(parts) - 1, 0, -1):
        module = sys.modules.get(".".join(parts[:count]))
        if module is not None:
            return module, ".".join(parts[count:])
    return None, ""


def _module_at(file: str) -> ModuleType | None:
    name = _name_at(file, len(sys.modules))
    module = sys.modules.get(name) if name is not None else None
    return module if module is not None and module.__dict__.get("__file__") == file else None


@lru_cache(maxsize=256)
def _name_at(file: str, loaded: int) -> str | None:  # noqa: ARG001  # another module may have come
    for name, module in list(sys.modules.items()):
        if getattr(module, "__dict__", {}).get("__file__") == file:
            return name
    return None


def _looked_up(module: object, dotted: str) -> object:
    """Attributes of modules, from their own dict: a module's `__getattr__` is not asked."""
    found = module
    for name in dotted.split("."):
        if not isinstance(found, ModuleType):
            return _MISSING
        found = found.__dict__.get(name, _MISSING)
    return found
