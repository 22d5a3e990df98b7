"""The facts of one function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from agentgraph.model.source import Source
from agentgraph.read.facts import Call, FunctionFacts, Parameter
from agentgraph.read.files import Function, SourceFile, read_file
from agentgraph.read.names import Names
from agentgraph.read.nodes import descendants
from agentgraph.read.order import CallNode, Made, Walk
from agentgraph.read.values import Values

TOOL = frozenset({"agentgraph.tool", "agentgraph.declare.tool.tool"})
_TELLING = ("valid", "check", "allow", "saniti", "escape", "quote", "safe", "verify", "ensure")
"""A function with such a name, given a parameter, looks at what it is."""


def read_function(source: Source) -> FunctionFacts | None:
    """What the function at a place does. None: its file cannot be read, or none stands there."""
    file = read_file(source.file)
    node = file.function_at(source.line) if file is not None else None
    return _facts(file, node) if file is not None and node is not None else None


@lru_cache(maxsize=4096)
def _facts(file: SourceFile, node: Function) -> FunctionFacts:
    names = Names(file, node)
    around = _names_around(file, node)
    walk = Walk(file, names, node)
    calls = tuple(_call(made, file, Values(made.names, walk.made)) for made in walk.made.values())
    decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
    return FunctionFacts(
        name="<lambda>" if isinstance(node, ast.Lambda) else node.name,
        source=file.place(node),
        is_async=isinstance(node, ast.AsyncFunctionDef),
        parameters=tuple(_parameters(node, around)),
        decorators=tuple(_decorator(one, around) for one in decorators),
        calls=tuple(sorted(calls, key=lambda call: call.number)),
        tested=frozenset(_tested(node)),
    )


def _call(made: Made, file: SourceFile, values: Values) -> Call:
    node = made.node
    callee = node.func if isinstance(node, ast.Call) else node.value
    meaning = made.names.meaning(callee)
    target = meaning.function
    more = ".__getitem__" if isinstance(node, ast.Subscript) else ""
    dotted = meaning.dotted if meaning.root == "global" else ""
    return Call(
        number=made.number,
        written=_written(callee),
        name=dotted + more if dotted else "",
        root=meaning.root,
        source=file.place(node),
        target=file.place(target) if target is not None else None,
        is_tool=target is not None and _is_tool(file, target),
        is_awaited=made.is_awaited,
        handed_to=tuple(_written(one) for one in made.handed_to),
        guards=made.guards,
        arguments=values.arguments(node),
        after=made.after,
    )


def _is_tool(file: SourceFile, target: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    around = _names_around(file, target)
    return any(_decorator(one, around) in TOOL for one in target.decorator_list)


def _names_around(file: SourceFile, node: Function) -> Names:
    """The names that decorators and annotations see."""
    outer = file.around(node)
    return Names(file, outer[-1] if outer else None)


def _decorator(node: ast.expr, names: Names) -> str:
    return names.meaning(node.func if isinstance(node, ast.Call) else node).dotted


def _written(node: CallNode | ast.expr) -> str:
    """A dotted name as it stands there, "()" for a call within; "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Call):
        start = _written(node.func)
        return f"{start}()" if start else ""
    if isinstance(node, ast.Attribute):
        start = _written(node.value)
        return f"{start}.{node.attr}" if start else ""
    return ""


def _parameters(node: Function, around: Names) -> Iterator[Parameter]:
    for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
        yield Parameter(name=one.arg, annotation=_annotation(one.annotation, around))


def _annotation(node: ast.expr | None, names: Names) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            node = ast.parse(node.value, mode="eval").body
        except SyntaxError:
            return ""
    if isinstance(node, ast.Subscript):
        node = node.value
    return names.meaning(node).dotted if node is not None else ""


def _tested(node: Function) -> Iterator[str]:
    """The names that a condition looks at, or a function that tells by its name that it does."""
    for inner in descendants(node):
        match inner:
            case ast.If(test=test) | ast.While(test=test) | ast.Assert(test=test):
                yield from _looked_at(test)
            case ast.IfExp(test=test) | ast.match_case(guard=ast.expr() as test):
                yield from _looked_at(test)
            case ast.Match(subject=subject):
                yield from _all_names(subject)
            case ast.comprehension(ifs=tests):
                yield from (name for test in tests for name in _looked_at(test))
            case ast.Call(func=callee) if _tells(_written(callee)):
                yield from _all_names(inner)
            case _:
                pass


def _tells(written: str) -> bool:
    return any(word in written.rpartition(".")[2].lower() for word in _TELLING)


def _looked_at(test: ast.expr) -> Iterator[str]:
    """Names in a condition, but for a mere `if x`, `if not x`, `if x is None`."""
    match test:
        case ast.Name() | ast.Attribute():
            return
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _looked_at(operand)
        case ast.BoolOp(values=values):
            for value in values:
                yield from _looked_at(value)
        case ast.Compare(ops=[ast.Is() | ast.IsNot()]):
            return
        case _:
            yield from _all_names(test)


def _all_names(node: ast.AST) -> Iterator[str]:
    yield from (inner.id for inner in descendants(node) if isinstance(inner, ast.Name))
