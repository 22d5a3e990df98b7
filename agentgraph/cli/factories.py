"""LangGraph graphs that functions of a module build when they are called, or that its objects hold."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any

from agentgraph.read.files import read_file

_RUNNING = frozenset(
    {"invoke", "ainvoke", "stream", "astream", "astream_events", "batch", "abatch"}
)
_ASKING = frozenset({"input", "run", "run_until_complete", "getpass", "system", "Popen"})
_CHANGING = frozenset(
    {"open", "write_text", "write_bytes", "unlink", "rmtree", "post", "put", "execute", "commit"}
)
_COSTING = frozenset(
    {"from_documents", "from_texts", "add_documents", "add_texts", "embed_documents", "embed_query"}
    | {"draw_mermaid_png", "draw_png"}  # the one asks a service on the web
)
_BUILT = frozenset({"StateGraph", "compile"})
_TYPES = frozenset({"StateGraph", "CompiledStateGraph", "CompiledGraph", "Pregel"})


_Function = ast.FunctionDef | ast.AsyncFunctionDef


def factories_in(module: ModuleType) -> dict[str, FunctionType]:
    """The module's own functions that need no argument and do nothing but build a graph and return it.

    What also runs the graph, asks a person, starts, writes or embeds something is none, itself or by
    way of functions beside it: checking must not do that.
    """
    found = {}
    functions = _functions(module)
    for name, node in functions.items():
        function = vars(module).get(name)
        if (
            isinstance(function, FunctionType)
            and function.__module__ == module.__name__
            and not _required(function)
            and isinstance(node, ast.FunctionDef)
            and _only_builds(node, functions)
        ):
            found[name] = function
    return found


def built_by(function: FunctionType) -> Any:
    """What a factory returns; one that wants a configuration gets an empty one, as on a platform."""
    given: tuple[Any, ...] = ({"configurable": {}},) if len(_required(function)) == 1 else ()
    made = function(*given)
    if not inspect.iscoroutine(made):
        return made
    import asyncio  # whoever asks for help need not wait for it

    return asyncio.run(made)


def is_factory(value: object) -> bool:
    """Whether it is a function that a platform can call for a graph; not one that opens a context for it."""
    if not isinstance(value, FunctionType) or hasattr(value, "__wrapped__"):
        return False
    return len(_required(value)) <= 1


def held_by(module: ModuleType) -> Iterator[tuple[str, object]]:
    """What the objects hold whose class is the module's own, with the name that leads there."""
    for name, value in list(vars(module).items()):
        own = getattr(type(value), "__module__", None) == module.__name__
        held = getattr(value, "__dict__", None) if own and not isinstance(value, type) else None
        for attribute, one in held.items() if isinstance(held, Mapping) else ():
            yield f"{name}.{attribute}", one


def builds_with_arguments(module: ModuleType) -> str | None:
    """A function or method of the module that builds a graph; None where none does."""
    file = read_file(module.__file__) if module.__file__ else None
    for node in ast.walk(file.tree) if file is not None else ():
        if isinstance(node, _Function) and "StateGraph" in set(_called(node)):
            return node.name
    return None


def _functions(module: ModuleType) -> dict[str, _Function]:
    file = read_file(module.__file__) if module.__file__ else None
    body = file.tree.body if file is not None else []
    return {one.name: one for one in body if isinstance(one, _Function)}


def _required(function: FunctionType) -> list[inspect.Parameter]:
    return [
        one
        for one in inspect.signature(function).parameters.values()
        if one.default is one.empty and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
    ]


def _only_builds(node: ast.FunctionDef, functions: Mapping[str, _Function]) -> bool:
    more = _RUNNING | _ASKING | _CHANGING | _COSTING
    if "StateGraph" not in _called(node) or node.decorator_list:
        return False
    if not more.isdisjoint(_called_in_all(node, functions)):
        return False
    returned = [one.value for one in _own(node) if isinstance(one, ast.Return)]
    if _type_name(node.returns) in _TYPES:
        return True
    made = {
        target.id
        for one in _own(node)
        if isinstance(one, ast.Assign) and _builds(one.value)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    return bool(returned) and all(
        _builds(one) or (isinstance(one, ast.Name) and one.id in made) for one in returned
    )


def _builds(value: ast.expr | None) -> bool:
    """`StateGraph(...)`, `.compile(...)`, or a chain on one."""
    while isinstance(value, ast.Call):
        if _name_of(value.func) in _BUILT:
            return True
        value = value.func.value if isinstance(value.func, ast.Attribute) else None
    return False


def _called_in_all(node: _Function, functions: Mapping[str, _Function]) -> set[str]:
    """What is called by a function and by those of its module that it calls."""
    found: set[str] = set()
    todo: list[_Function] = [node]
    while todo:
        new = set(_called(todo.pop())) - found
        found |= new
        todo += [functions[name] for name in new if name in functions]
    return found


def _called(node: _Function) -> Iterator[str]:
    """What a function calls itself, by the last part of the names."""
    for one in _own(node):
        if isinstance(one, ast.Call):
            yield _name_of(one.func)


def _own(node: _Function) -> Iterator[ast.AST]:
    """What stands in a function, not in those within it."""
    todo: list[ast.AST] = list(node.body)
    while todo:
        one = todo.pop()
        yield one
        if not isinstance(one, _Function | ast.Lambda | ast.ClassDef):
            todo += ast.iter_child_nodes(one)


def _name_of(func: ast.expr) -> str:
    if isinstance(func, ast.Subscript):
        func = func.value
    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else ""


def _type_name(node: ast.expr | None) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.rpartition(".")[2]
    return _name_of(node) if node is not None else ""
